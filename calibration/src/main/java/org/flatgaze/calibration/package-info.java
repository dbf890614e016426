/**
 * Makes the artefacts that the pipeline only reads: {@code camera} a device's separable matrices, {@code gaze} a user's
 * map from the network's direction to where the user looks.
 */
package org.flatgaze.calibration;
