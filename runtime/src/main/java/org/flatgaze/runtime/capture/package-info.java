/** The bench of a camera calibration: the screen that shows its patterns, the camera that looks at them. */
package org.flatgaze.runtime.capture;
