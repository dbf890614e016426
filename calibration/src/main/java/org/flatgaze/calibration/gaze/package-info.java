/** From targets a user looked at to that user's gaze map, validated on targets that were not used to fit. */
package org.flatgaze.calibration.gaze;
