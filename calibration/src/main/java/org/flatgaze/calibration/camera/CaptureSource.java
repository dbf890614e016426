package org.flatgaze.calibration.camera;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;

/** Where the captures of a calibration come from. An instance belongs to one thread. */
public interface CaptureSource {

    /** What the sensor delivers. */
    SensorFormat sensor();

    /** Frames per shot, at least 1. */
    int frames();

    /**
     * Reads one frame of a shot.
     *
     * @param position place of the shot in the plan
     * @param frame 0..frames-1
     * @param counts receives height x width samples, 0..maxValue
     * @throws IOException if the capture cannot be read: one line that names it
     */
    void read(Shot shot, int position, int frame, short[] counts) throws IOException;

    /** The same captures for another thread. */
    CaptureSource newInstance();
}
