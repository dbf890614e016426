package org.flatgaze.flatcam.control;

import java.io.IOException;

/** Exposure, gain and illumination of the sensor board. One thread; not for the frame path: a bus write takes a millisecond. */
public interface SensorControl extends AutoCloseable {

    /**
     * Sets the exposure time from the next frame on, give or take the sensor's own latency.
     *
     * @throws IllegalArgumentException if the sensor cannot expose that long or that short
     * @throws IOException if the bus does not answer
     */
    void setExposureMicros(int exposureMicros) throws IOException;

    /**
     * Sets the analogue gain.
     *
     * @param gain factor, 1 for none
     * @throws IllegalArgumentException if the sensor does not offer it
     * @throws IOException if the bus does not answer
     */
    void setGain(double gain) throws IOException;

    /** Switches the infrared strobe. */
    void setStrobe(boolean on) throws IOException;

    /** Switches the strobe off and lets the bus go. */
    @Override
    void close();
}
