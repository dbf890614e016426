package org.flatgaze.calibration.gaze;

import java.util.SplittableRandom;

/**
 * A tracker without pictures: truth, plus what each person's axes add, plus a gain that is not quite one, plus how the headset
 * sits, plus noise. The sizes are those of small networks on lensless pictures: chosen, not measured.
 */
public final class SyntheticTracker implements GazeTracker {

    private static final double KAPPA_YAW_DEG = 1.5;
    private static final double KAPPA_PITCH_DEG = 1;
    private static final double PERSON_DEG = 0.8;
    private static final double GAIN = 0.05;
    private static final double SLIP_DEG = 0.6;
    private static final double NOISE_DEG = 0.6;

    private final long seed;
    private SplittableRandom noise;
    private double yawOff;
    private double pitchOff;
    private double yawGain;
    private double pitchGain;

    /** @param seed picks the people */
    public SyntheticTracker(long seed) {
        this.seed = seed;
    }

    @Override
    public void begin(int person, int session) {
        SplittableRandom who = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + person);
        yawOff = Math.hypot(KAPPA_YAW_DEG, PERSON_DEG) * who.nextGaussian();
        pitchOff = Math.hypot(KAPPA_PITCH_DEG, PERSON_DEG) * who.nextGaussian();
        yawGain = 1 + GAIN * who.nextGaussian();
        pitchGain = 1 + GAIN * who.nextGaussian();
        SplittableRandom wearing = new SplittableRandom(who.nextLong() + 31L * session);
        yawOff += SLIP_DEG * wearing.nextGaussian();
        pitchOff += SLIP_DEG * wearing.nextGaussian();
        noise = wearing.split();
    }

    @Override
    public Direction estimate(Direction gaze, double openness) {
        if (openness < 0.3) {
            return null;
        }
        return new Direction(
                yawGain * gaze.yawDeg() + yawOff + NOISE_DEG * noise.nextGaussian(),
                pitchGain * gaze.pitchDeg() + pitchOff + NOISE_DEG * noise.nextGaussian());
    }
}
