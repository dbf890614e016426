/** From the region of interest to a gaze direction: network, confidence, user calibration. */
package org.flatgaze.pipeline.gaze;
