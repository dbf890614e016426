package org.flatgaze.calibration.camera;

import java.io.IOException;

/** The screen in front of a camera that is being calibrated. One thread. */
public interface PatternScreen {

    /**
     * Shows a pattern and returns when it stands.
     *
     * @param position place of the shot in the plan
     * @return the {@link System#nanoTime()} by which it stood; frames from before may show something else
     * @throws IOException if nothing shows it: one line with the remedy
     */
    long show(Shot shot, int position) throws IOException;
}
