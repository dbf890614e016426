package org.flatgaze.runtime.publish;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/** Samples that the tests of this package share; those of the contract's examples among them. */
final class Samples {

    static final long NOW_OFFSET_NANOS = 42_000;

    private static final List<FrameStatus> STATUSES = List.of(FrameStatus.values());

    private Samples() {}

    /** What {@code examples/gaze-ok} holds. */
    static GazeSample ok() {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.sequence = 48_213;
        sample.captureNanos = 201_733_512_004_117L;
        sample.publishNanos = 201_733_514_816_902L;
        sample.status = FrameStatus.OK;
        direction(sample, 7.25f, -3.5f);
        sample.confidence = 0.97f;
        sample.pupilX = 131.25f;
        sample.pupilY = 118.5f;
        sample.pupilMajor = 17.75f;
        sample.pupilMinor = 15.5f;
        sample.pupilAngleDeg = 12.5f;
        sample.openness = 0.875f;
        sample.roiX = 51;
        sample.roiY = 72;
        sample.roiAge = 13;
        sample.waitNanos = 118_000;
        sample.reconstructNanos = 702_400;
        sample.segmentNanos = 0;
        sample.gazeNanos = 1_904_600;
        sample.dropped = 0;
        return sample;
    }

    /** What {@code examples/gaze-closed} holds. */
    static GazeSample closed() {
        GazeSample sample = ok();
        sample.sequence++;
        sample.captureNanos += 4_166_667;
        sample.publishNanos += 4_166_667;
        sample.status = FrameStatus.EYE_CLOSED;
        sample.dirX = sample.dirY = sample.dirZ = Float.NaN;
        sample.yawDeg = sample.pitchDeg = Float.NaN;
        sample.pupilX = sample.pupilY = sample.pupilMajor = sample.pupilMinor = sample.pupilAngleDeg = Float.NaN;
        sample.openness = 0;
        sample.confidence = 0;
        sample.roiAge++;
        sample.dropped = 2;
        return sample;
    }

    static GazeSample random(SplittableRandom random, long sequence) {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.sequence = sequence;
        sample.captureNanos = random.nextLong(1L << random.nextInt(1, 62));
        sample.publishNanos = sample.captureNanos + random.nextLong(10_000_000);
        sample.status = STATUSES.get(random.nextInt(STATUSES.size()));
        if (sample.status == FrameStatus.OK) {
            direction(sample, (float) random.nextDouble(-60, 60), (float) random.nextDouble(-60, 60));
        }
        sample.confidence = (float) random.nextDouble();
        if (random.nextBoolean()) {
            sample.pupilX = (float) random.nextDouble(-10, 300);
            sample.pupilY = (float) random.nextDouble(-10, 300);
            sample.pupilMajor = (float) random.nextDouble(40);
            sample.pupilMinor = (float) random.nextDouble(40);
            sample.pupilAngleDeg = (float) random.nextDouble(-90, 90);
        }
        sample.openness = random.nextBoolean() ? (float) random.nextDouble() : Float.NaN;
        sample.roiX = random.nextInt(97);
        sample.roiY = random.nextInt(161);
        sample.roiAge = random.nextInt(1 << random.nextInt(1, 30)) - 1;
        sample.waitNanos = random.nextLong(5_000_000_000L);
        sample.reconstructNanos = random.nextLong(5_000_000);
        sample.segmentNanos = random.nextLong(50_000_000);
        sample.gazeNanos = random.nextLong(5_000_000);
        sample.dropped = random.nextInt(70_000);
        return sample;
    }

    static void direction(GazeSample sample, float yawDeg, float pitchDeg) {
        double yaw = Math.toRadians(yawDeg);
        double pitch = Math.toRadians(pitchDeg);
        sample.dirX = (float) (Math.sin(yaw) * Math.cos(pitch));
        sample.dirY = (float) Math.sin(pitch);
        sample.dirZ = (float) (-Math.cos(yaw) * Math.cos(pitch));
        sample.yawDeg = yawDeg;
        sample.pitchDeg = pitchDeg;
    }

    static byte[] encode(GazeCodec codec, GazeSample sample) {
        int length = codec.encode(sample, sample.publishNanos + NOW_OFFSET_NANOS);
        return Arrays.copyOf(codec.buffer(), length);
    }
}
