/** Cameras of Linux through V4L2: memory-mapped buffers, raw samples, the driver's own time stamps. No native code of ours. */
package org.flatgaze.flatcam.v4l2;
