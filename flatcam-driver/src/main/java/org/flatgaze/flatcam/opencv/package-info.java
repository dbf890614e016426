/** Everything that touches OpenCV: cameras and video files of the desktop, and reading and writing pictures. */
package org.flatgaze.flatcam.opencv;
