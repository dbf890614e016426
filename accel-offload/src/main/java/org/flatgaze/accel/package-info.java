/**
 * Running models: what a backend offers ({@link org.flatgaze.accel.AcceleratorProvider},
 * {@link org.flatgaze.accel.Accelerator}), what it makes of a model ({@link org.flatgaze.accel.Program}) and what one
 * thread runs ({@link org.flatgaze.accel.Execution}).
 */
package org.flatgaze.accel;
