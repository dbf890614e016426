package org.flatgaze.runtime.dataset;

import java.nio.file.Path;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;

/**
 * Which pictures of an OpenEDS folder become a set.
 *
 * @param folder a split's folder, the folder of the splits, or the one above that
 * @param split which split; null for the one {@code folder} names, else train
 * @param every take every so many-th picture, at least 1
 * @param axes how the directions of OpenEDS 2020 become ours
 * @param seed seed of exposure and noise
 * @param raw whether the coded frames are kept as well
 */
public record OpenEdsSpec(Path folder, Split split, int every, GazeAxes axes, long seed, boolean raw) {
    public OpenEdsSpec {
        if (every < 1) {
            throw new IllegalArgumentException("every=" + every + ": expected at least 1");
        }
    }
}
