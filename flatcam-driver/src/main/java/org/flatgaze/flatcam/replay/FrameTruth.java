package org.flatgaze.flatcam.replay;

/**
 * What a simulated frame really shows; a reused holder, all fields are plain values.
 *
 * <p>Gaze is a unit vector, +X right, +Y up, -Z forward.
 */
public final class FrameTruth {

    /** Gaze, right component. */
    public float gazeX;

    /** Gaze, up component. */
    public float gazeY;

    /** Gaze, backward component: -1 is straight ahead. */
    public float gazeZ;

    /** Lid opening, 0 closed to 1 open. */
    public float openness;

    /** Whether any of the pupil can be seen. */
    public boolean pupilVisible;

    /** Which simulated person; -1 when unknown. */
    public int person = -1;

    /** Sets everything at once. */
    public void set(float x, float y, float z, float newOpenness, boolean newPupilVisible, int newPerson) {
        gazeX = x;
        gazeY = y;
        gazeZ = z;
        openness = newOpenness;
        pupilVisible = newPupilVisible;
        person = newPerson;
    }
}
