package org.flatgaze.runtime.loop;

import org.flatgaze.flatcam.SensorFrame;

/** Renews the region of interest of a live loop: on another thread, or between frames. The counters are for any thread. */
interface RegionRenewal {

    /**
     * Called by a frame thread when its frame's sample is on its way; allocates nothing.
     *
     * @param frame the frame just processed; read only, not kept
     * @param due whether a renewal from this frame is wanted
     */
    void afterFrame(SensorFrame frame, boolean due);

    /** Regions computed. */
    long updates();

    /** Regions that failed; the one in use was kept. */
    long failures();
}
