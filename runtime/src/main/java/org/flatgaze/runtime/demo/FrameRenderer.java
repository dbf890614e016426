package org.flatgaze.runtime.demo;

import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;

/**
 * Draws the frames of a demo. One thread per instance; what a frame shows depends on its index alone, so instances may
 * share out the frames in any way.
 */
public interface FrameRenderer {

    /** Fills {@code into} with frame {@code index} and {@code truth} with what it shows; the stamp is left alone. */
    void render(int index, SensorFrame into, FrameTruth truth);
}
