package org.flatgaze.flatcam.sim;

/** What one eye does at one moment. Mutable and reused; one thread. */
public final class EyeState {

    /** Yaw of the visual axis in the head frame, degrees, positive to the wearer's right. */
    public double yawDeg;

    /** Pitch of the visual axis in the head frame, degrees, positive up. */
    public double pitchDeg;

    /** Diameter of the real (not the apparent) pupil, mm, 1.5..8. */
    public double pupilDiameterMm = 4;

    /** 0 closed .. 1 as wide open as this person's relaxed eye. */
    public double openness = 1;
}
