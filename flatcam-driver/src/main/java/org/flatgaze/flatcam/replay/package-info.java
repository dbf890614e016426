/**
 * Recorded frames as a {@link org.flatgaze.flatcam.FrameSource}: folders of PNG files, {@code .npy} stacks, and packed frame
 * files that also carry the truth of simulated frames.
 */
package org.flatgaze.flatcam.replay;
