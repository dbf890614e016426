package org.flatgaze.runtime.dataset;

import java.nio.file.Path;

/**
 * One picture of an OpenEDS folder and what is known of it.
 *
 * @param file of the picture
 * @param person the wearer's number in the set
 * @param labels file of its label map; null in a set of directions
 * @param gaze where the wearer looked, a unit vector in our axes; null in a set of label maps
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record OpenEdsPicture(Path file, int person, Path labels, float[] gaze) {}
