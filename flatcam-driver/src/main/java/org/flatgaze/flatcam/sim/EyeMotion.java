package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;

/**
 * How an eye moves in time: fixations with drift and tremor, saccades on the main sequence, some smooth pursuit, blinks, and
 * slow unrest of the pupil. One thread; allocates nothing per frame.
 *
 * <p>Sources: Carpenter (1988) for a saccade's duration, {@code 2.2 A + 21} ms, which with a least-jerk course gives the peak
 * speeds of the main sequence (Bahill, Clark and Stark 1975), 436 deg/s at 10 degrees; Martinez-Conde et al. (2004) for fixational movements; Kwon et al. (2013) for blinks.
 */
public final class EyeMotion {

    /** Largest yaw either way, degrees. */
    public static final double YAW_RANGE_DEG = 25;

    /** Largest pitch either way, degrees. */
    public static final double PITCH_RANGE_DEG = 20;

    /** What the eye does between blinks. */
    public enum Phase {
        /** The gaze rests, but for drift and tremor. */
        FIXATION,
        /** The gaze jumps. */
        SACCADE,
        /** The gaze follows a moving thing. */
        PURSUIT
    }

    private final SplittableRandom random;
    private final double frameSeconds;
    private final double pupilMeanMm;

    private Phase phase = Phase.FIXATION;
    private double phaseSeconds;
    private double phaseLength;
    private double yawDeg;
    private double pitchDeg;
    private double startYawDeg;
    private double startPitchDeg;
    private double targetYawDeg;
    private double targetPitchDeg;
    private double yawSpeed;
    private double pitchSpeed;
    private double driftYawDeg;
    private double driftPitchDeg;
    private double blinkIn;
    private double blinkSeconds = -1;
    private double blinkLength;
    private double seconds;
    private double pupilUnrestMm;
    private double lightMm;
    private double lightTargetMm;

    /**
     * An eye that starts with a fixation near straight ahead.
     *
     * @throws IllegalArgumentException if {@code framesPerSecond} is not positive and finite
     */
    public EyeMotion(Person person, long seed, double framesPerSecond) {
        if (!(framesPerSecond > 0) || Double.isInfinite(framesPerSecond)) {
            throw new IllegalArgumentException("framesPerSecond=" + framesPerSecond + ": expected a positive number");
        }
        random = new SplittableRandom(NoiseFields.mix(seed, 1301));
        frameSeconds = 1 / framesPerSecond;
        pupilMeanMm = person.eyeball().pupilMeanMm();
        yawDeg = uniform(-5, 5);
        pitchDeg = uniform(-5, 5);
        phaseLength = uniform(0.15, 0.6);
        blinkIn = nextBlink();
    }

    /** What the eye did in the last frame. */
    public Phase phase() {
        return phase;
    }

    /** Whether the last frame lay in a blink. */
    public boolean blinking() {
        return blinkSeconds >= 0;
    }

    /** Goes one frame on and writes the eye's state. */
    public void next(EyeState out) {
        seconds += frameSeconds;
        phaseSeconds += frameSeconds;
        if (phaseSeconds >= phaseLength) {
            change();
        }
        move();
        out.yawDeg = Math.clamp(yawDeg + driftYawDeg, -YAW_RANGE_DEG, YAW_RANGE_DEG);
        out.pitchDeg = Math.clamp(pitchDeg + driftPitchDeg, -PITCH_RANGE_DEG, PITCH_RANGE_DEG);
        out.openness = lids();
        out.pupilDiameterMm = pupil();
    }

    private void change() {
        if (phase == Phase.SACCADE) {
            yawDeg = targetYawDeg;
            pitchDeg = targetPitchDeg;
        }
        // The drift of a fixation stays where it ended, so that nothing jumps.
        yawDeg = Math.clamp(yawDeg + driftYawDeg, -YAW_RANGE_DEG, YAW_RANGE_DEG);
        pitchDeg = Math.clamp(pitchDeg + driftPitchDeg, -PITCH_RANGE_DEG, PITCH_RANGE_DEG);
        driftYawDeg = 0;
        driftPitchDeg = 0;
        phaseSeconds -= phaseLength;
        if (phase == Phase.SACCADE) {
            phase = Phase.FIXATION;
            phaseLength = uniform(0.15, 0.6);
        } else if (phase == Phase.FIXATION && random.nextDouble() < 0.08) {
            phase = Phase.PURSUIT;
            phaseLength = uniform(0.4, 1.2);
            double speed = uniform(5, 25);
            double angle = uniform(-Math.PI, Math.PI);
            yawSpeed = speed * Math.cos(angle);
            pitchSpeed = 0.6 * speed * Math.sin(angle);
        } else {
            startSaccade();
        }
    }

    private void startSaccade() {
        phase = Phase.SACCADE;
        startYawDeg = yawDeg;
        startPitchDeg = pitchDeg;
        // Most saccades are small, and the far ones lead back to the middle (Bahill, Adler and Stark 1975).
        double amplitude;
        int tries = 0;
        do {
            double size = Math.min(30, 1 - 7.5 * Math.log(1 - random.nextDouble()));
            double angle = uniform(-Math.PI, Math.PI);
            targetYawDeg = yawDeg + size * Math.cos(angle);
            targetPitchDeg = pitchDeg + 0.8 * size * Math.sin(angle);
            tries++;
        } while (!inRange(targetYawDeg, targetPitchDeg) && tries < 40);
        targetYawDeg = Math.clamp(targetYawDeg, 0.98 * -YAW_RANGE_DEG, 0.98 * YAW_RANGE_DEG);
        targetPitchDeg = Math.clamp(targetPitchDeg, 0.98 * -PITCH_RANGE_DEG, 0.98 * PITCH_RANGE_DEG);
        amplitude = Math.hypot(targetYawDeg - startYawDeg, targetPitchDeg - startPitchDeg);
        phaseLength = saccadeSeconds(amplitude);
    }

    private static boolean inRange(double yaw, double pitch) {
        return Math.abs(yaw) < 0.95 * YAW_RANGE_DEG && Math.abs(pitch) < 0.95 * PITCH_RANGE_DEG;
    }

    /** How long a saccade of this size takes, seconds. */
    static double saccadeSeconds(double amplitudeDeg) {
        return 0.021 + 0.0022 * amplitudeDeg;
    }

    private void move() {
        switch (phase) {
            case SACCADE -> {
                double t = Math.clamp(phaseSeconds / phaseLength, 0, 1);
                // Least-jerk course: its peak speed is 1.875 times the mean, close to the main sequence.
                double way = t * t * t * (10 + t * (-15 + 6 * t));
                yawDeg = startYawDeg + way * (targetYawDeg - startYawDeg);
                pitchDeg = startPitchDeg + way * (targetPitchDeg - startPitchDeg);
            }
            case PURSUIT -> {
                if (Math.abs(yawDeg + yawSpeed * frameSeconds) > 0.97 * YAW_RANGE_DEG) {
                    yawSpeed = -yawSpeed;
                }
                if (Math.abs(pitchDeg + pitchSpeed * frameSeconds) > 0.97 * PITCH_RANGE_DEG) {
                    pitchSpeed = -pitchSpeed;
                }
                yawDeg += yawSpeed * frameSeconds;
                pitchDeg += pitchSpeed * frameSeconds;
            }
            case FIXATION -> {
                // Drift is a walk that is pulled back; tremor is a few thousandths of a degree.
                double pull = Math.exp(-frameSeconds / 0.4);
                double kick = 0.08 * Math.sqrt(1 - pull * pull);
                driftYawDeg = pull * driftYawDeg + kick * normal();
                driftPitchDeg = pull * driftPitchDeg + kick * normal();
            }
        }
    }

    private double lids() {
        double resting = 0.96 + 0.03 * Math.sin(0.7 * seconds);
        if (blinkSeconds < 0) {
            blinkIn -= frameSeconds;
            if (blinkIn > 0) {
                return resting;
            }
            blinkSeconds = 0;
            blinkLength = uniform(0.1, 0.3);
        }
        blinkSeconds += frameSeconds;
        double t = blinkSeconds / blinkLength;
        if (t >= 1) {
            blinkSeconds = -1;
            blinkIn = nextBlink();
            return resting;
        }
        // Down in a third of the time, shut for a moment, up more slowly.
        double closed = t < 0.33 ? smooth(t / 0.33) : 1 - smooth((t - 0.42) / 0.58);
        return resting * (1 - closed);
    }

    private double pupil() {
        double pull = Math.exp(-frameSeconds / 0.7);
        pupilUnrestMm = pull * pupilUnrestMm + 0.15 * Math.sqrt(1 - pull * pull) * normal();
        if (random.nextDouble() < frameSeconds / 8) {
            lightTargetMm = uniform(-0.9, 0.9);
        }
        lightMm += (lightTargetMm - lightMm) * (1 - Math.exp(-frameSeconds / 0.6));
        return Math.clamp(pupilMeanMm + lightMm + pupilUnrestMm, 1.5, 8);
    }

    private double nextBlink() {
        // Mean 3.4 s between blinks: 17 a minute with their own time.
        return 0.5 - 2.9 * Math.log(1 - random.nextDouble());
    }

    private double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Marsaglia's polar method: unlike StrictMath's cosine it allocates nothing. */
    private double normal() {
        double x;
        double square;
        do {
            x = uniform(-1, 1);
            double y = uniform(-1, 1);
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
    }

    private static double smooth(double t) {
        double c = Math.clamp(t, 0, 1);
        return c * c * (3 - 2 * c);
    }

    /**
     * An independent state for data sets: gaze uniform over the range, pupil about this person's mean within 1.5..8 mm, lids
     * mostly open with a tail of squints, 6 % partly or fully closed.
     */
    public static void random(Person person, SplittableRandom random, EyeState out) {
        out.yawDeg = YAW_RANGE_DEG * (2 * random.nextDouble() - 1);
        out.pitchDeg = PITCH_RANGE_DEG * (2 * random.nextDouble() - 1);
        double pupil = person.eyeball().pupilMeanMm() + 1.2 * Draws.standardNormal(random);
        out.pupilDiameterMm = Math.clamp(pupil, 1.5, 8);
        double kind = random.nextDouble();
        double share = random.nextDouble();
        if (kind < 0.02) {
            out.openness = 0;
        } else if (kind < 0.06) {
            out.openness = 0.5 * share;
        } else if (kind < 0.2) {
            out.openness = 0.55 + 0.35 * share;
        } else {
            out.openness = 0.88 + 0.12 * share;
        }
    }
}
