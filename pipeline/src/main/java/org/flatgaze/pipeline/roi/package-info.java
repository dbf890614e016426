/**
 * Where the eye is: segmentation of the small picture, reading of its label map, the region of interest, and its
 * exchange between threads by a schedule that counts frames.
 */
package org.flatgaze.pipeline.roi;
