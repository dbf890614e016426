package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EyeMotionTest {

    private final Person person = Person.ofSeed(1);
    private final EyeState state = new EyeState();

    @Test
    void shouldRepeatWhenSeedIsTheSame() {
        EyeMotion a = new EyeMotion(person, 5, 240);
        EyeMotion b = new EyeMotion(person, 5, 240);
        EyeState other = new EyeState();
        for (int frame = 0; frame < 2000; frame++) {
            a.next(state);
            b.next(other);
            assertEquals(state.yawDeg, other.yawDeg);
            assertEquals(state.pitchDeg, other.pitchDeg);
            assertEquals(state.openness, other.openness);
            assertEquals(state.pupilDiameterMm, other.pupilDiameterMm);
        }
    }

    @Test
    void shouldSpendMostTimeFixatingWhenTenMinutesPass() {
        double rate = 240;
        EyeMotion motion = new EyeMotion(person, 1, rate);
        int frames = (int) (600 * rate);
        int fixating = 0;
        int blinks = 0;
        int blinkFrames = 0;
        boolean before = false;
        for (int frame = 0; frame < frames; frame++) {
            motion.next(state);
            fixating += motion.phase() == EyeMotion.Phase.FIXATION ? 1 : 0;
            blinks += motion.blinking() && !before ? 1 : 0;
            blinkFrames += motion.blinking() ? 1 : 0;
            before = motion.blinking();
            assertTrue(Math.abs(state.yawDeg) <= EyeMotion.YAW_RANGE_DEG, "yawDeg=" + state.yawDeg);
            assertTrue(Math.abs(state.pitchDeg) <= EyeMotion.PITCH_RANGE_DEG, "pitchDeg=" + state.pitchDeg);
            assertTrue(state.openness >= 0 && state.openness <= 1, "openness=" + state.openness);
            assertTrue(state.pupilDiameterMm >= 1.5 && state.pupilDiameterMm <= 8);
        }
        double share = fixating / (double) frames;
        assertTrue(share > 0.65 && share < 0.92, "fixation share=" + share);
        assertTrue(blinks >= 130 && blinks <= 220, "blinks in ten minutes=" + blinks);
        double seconds = blinkFrames / rate / blinks;
        assertTrue(seconds > 0.12 && seconds < 0.3, "mean blink seconds=" + seconds);
    }

    @Test
    void shouldFollowTheMainSequenceWhenTheEyeJumps() {
        double rate = 2000;
        EyeMotion motion = new EyeMotion(person, 3, rate);
        motion.next(state);
        double lastYaw = state.yawDeg;
        double lastPitch = state.pitchDeg;
        double startYaw = lastYaw;
        double startPitch = lastPitch;
        double peak = 0;
        boolean jumping = false;
        int large = 0;
        for (int frame = 0; frame < 240_000; frame++) {
            motion.next(state);
            double speed = Math.hypot(state.yawDeg - lastYaw, state.pitchDeg - lastPitch) * rate;
            boolean saccade = motion.phase() == EyeMotion.Phase.SACCADE;
            if (saccade && !jumping) {
                startYaw = lastYaw;
                startPitch = lastPitch;
                peak = 0;
            }
            if (!saccade && jumping) {
                double amplitude = Math.hypot(state.yawDeg - startYaw, state.pitchDeg - startPitch);
                if (amplitude > 4) {
                    double expected = 1.875 * amplitude / (0.0022 * amplitude + 0.021);
                    assertEquals(expected, peak, 0.06 * expected, "amplitude=" + amplitude);
                    assertTrue(peak < 750, "faster than eyes can turn: " + peak);
                    if (amplitude > 9 && amplitude < 11) {
                        assertTrue(peak > 300 && peak < 480, "ten degrees at " + peak);
                    }
                    large++;
                }
            }
            peak = Math.max(peak, speed);
            jumping = saccade;
            lastYaw = state.yawDeg;
            lastPitch = state.pitchDeg;
        }
        assertTrue(large > 60, "saccades compared=" + large);
    }

    @Test
    void shouldNotJumpWhenNoSaccadeIsUnderWay() {
        double rate = 240;
        EyeMotion motion = new EyeMotion(person, 8, rate);
        motion.next(state);
        for (int frame = 0; frame < 24_000; frame++) {
            double yaw = state.yawDeg;
            double pitch = state.pitchDeg;
            double pupil = state.pupilDiameterMm;
            EyeMotion.Phase before = motion.phase();
            motion.next(state);
            if (before != EyeMotion.Phase.SACCADE && motion.phase() != EyeMotion.Phase.SACCADE) {
                double speed = Math.hypot(state.yawDeg - yaw, state.pitchDeg - pitch) * rate;
                assertTrue(speed < 45, "frame=" + frame + " speed=" + speed);
            }
            assertTrue(Math.abs(state.pupilDiameterMm - pupil) < 0.1, "frame=" + frame);
        }
    }

    @Test
    void shouldCoverTheRangeWhenStatesAreIndependent() {
        SplittableRandom random = new SplittableRandom(4);
        int n = 20_000;
        double yaw = 0;
        double yawSquare = 0;
        double pitchSquare = 0;
        int closing = 0;
        int wide = 0;
        for (int i = 0; i < n; i++) {
            EyeMotion.random(person, random, state);
            yaw += state.yawDeg;
            yawSquare += state.yawDeg * state.yawDeg;
            pitchSquare += state.pitchDeg * state.pitchDeg;
            closing += state.openness < 0.5 ? 1 : 0;
            wide += state.openness > 0.85 ? 1 : 0;
            assertTrue(Math.abs(state.yawDeg) <= 25 && Math.abs(state.pitchDeg) <= 20);
            assertTrue(state.pupilDiameterMm >= 1.5 && state.pupilDiameterMm <= 8);
            assertTrue(state.openness >= 0 && state.openness <= 1);
        }
        assertEquals(0, yaw / n, 0.4);
        assertEquals(25 / Math.sqrt(3), Math.sqrt(yawSquare / n), 0.3);
        assertEquals(20 / Math.sqrt(3), Math.sqrt(pitchSquare / n), 0.3);
        assertEquals(0.06, closing / (double) n, 0.01);
        assertTrue(wide > 0.75 * n, "wide open=" + wide);
    }

    @Test
    void shouldSayWhatIsWrongWhenTheRateIsNotPositive() {
        var error = assertThrows(IllegalArgumentException.class, () -> new EyeMotion(person, 1, 0));
        assertTrue(error.getMessage().contains("framesPerSecond=0.0"), error.getMessage());
    }
}
