package org.flatgaze.calibration.gaze;

/** A tracker that can be asked what it sees of an eye that looks somewhere. An instance belongs to one thread. */
public interface GazeTracker {

    /**
     * A person puts the headset on.
     *
     * @param person number of the person, the same person for the same number
     * @param session how often before; every session sits differently
     */
    void begin(int person, int session);

    /**
     * Estimates one frame.
     *
     * @param gaze where the eye truly looks, device frame
     * @param openness 0 closed .. 1 open
     * @return null where the tracker has no answer, as in a blink
     */
    Direction estimate(Direction gaze, double openness);
}
