/**
 * Arrays as they are exchanged with NumPy: {@code .npy} and {@code .npz} files, read and written without any other
 * library. Calibrations, recordings and data sets are kept in them.
 */
package org.flatgaze.accel.array;
