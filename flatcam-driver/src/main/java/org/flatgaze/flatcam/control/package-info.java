/** Exposure, gain and the infrared strobe of the sensor board, over I2C and GPIO. */
package org.flatgaze.flatcam.control;
