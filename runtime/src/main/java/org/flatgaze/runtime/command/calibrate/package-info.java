/** {@code flatgaze calibrate} and {@code flatgaze validate}: the camera's matrices, the user's gaze, and whether both still hold. */
package org.flatgaze.runtime.command.calibrate;
