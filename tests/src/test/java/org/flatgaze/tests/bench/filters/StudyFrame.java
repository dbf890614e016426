package org.flatgaze.tests.bench.filters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.SensorModel;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.evaluate.Angles;

/**
 * One frame of a simulated person with what it was taken of.
 *
 * @param person seed
 * @param counts 480 x 640, as the sensor counts
 * @param lens 256 x 256, radiance clipped at 1
 * @param depthMm 256 x 256, from the mask
 * @param roi region centred on the visible iris, from the truth
 * @param gaze yaw and pitch of the visual axis, degrees
 * @param optical yaw and pitch of the optical axis, degrees
 */
@SuppressWarnings("ArrayRecordComponent") // kept by identity, compared by nobody
record StudyFrame(int person, short[] counts, float[] lens, float[] depthMm, Roi roi, double[] gaze, double[] optical) {

    static final int SIDE = EyeScene.SIZE;

    /** The same share of the pupil as in an evaluation: with less of it visible no direction is owed. */
    private static final double LEAST_VISIBLE_PUPIL = 0.15;

    /** What the sensor and the depth do to an exposure; the ordinary one, or without one of the two, or both. */
    enum Exposure {
        ORDINARY,
        ONE_DEPTH,
        NO_NOISE,
        NEITHER;

        String label() {
            return switch (this) {
                case ORDINARY -> "as it is";
                case ONE_DEPTH -> "if all lay at the calibrated distance";
                case NO_NOISE -> "without noise";
                case NEITHER -> "neither depth nor noise";
            };
        }
    }

    /** The frame as a share of full scale. */
    float[] plane() {
        float[] plane = new float[counts.length];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = counts[i] * (1f / SensorFormat.REFERENCE.maxValue());
        }
        return plane;
    }

    /**
     * Renders frames with an open eye, every person in one wearing; the moments are the same for every exposure.
     */
    static List<StudyFrame> render(
            FlatCamOptics optics, int firstPerson, int people, int framesEach, Exposure exposure) {
        boolean quiet = exposure == Exposure.NO_NOISE || exposure == Exposure.NEITHER;
        boolean flat = exposure == Exposure.ONE_DEPTH || exposure == Exposure.NEITHER;
        FlatCamOptics camera = quiet ? optics.withSensor(SensorModel.REFERENCE.withNoise(1e8, 0)) : optics;
        EyeRenderer renderer = new EyeRenderer();
        EyeScene scene = new EyeScene();
        EyeState state = new EyeState();
        List<StudyFrame> frames = new ArrayList<>();
        for (int seed = firstPerson; seed < firstPerson + people; seed++) {
            Person person = Person.ofSeed(seed);
            SplittableRandom random = new SplittableRandom(77_000_000_000L + seed);
            Session session = Session.of(person, random.nextLong());
            for (int i = 0; i < framesEach; ) {
                EyeMotion.random(person, random, state);
                renderer.render(person, session, state, scene);
                double gain = 0.7 + 0.4 * random.nextDouble();
                long noise = random.nextLong();
                if (scene.pupilVisible < LEAST_VISIBLE_PUPIL || scene.irisRight < scene.irisLeft) {
                    continue;
                }
                i++;
                frames.add(expose(camera, scene, flat, gain, new SplittableRandom(noise), seed));
            }
        }
        return frames;
    }

    private static StudyFrame expose(
            FlatCamOptics camera, EyeScene scene, boolean flat, double gain, SplittableRandom noise, int seed) {
        float[] depth = scene.depthMm.clone();
        if (flat) {
            Arrays.fill(depth, (float) camera.geometry().eyeReliefMm());
        }
        short[] counts = new short[SensorFormat.REFERENCE.samples()];
        camera.expose(scene.radiance, depth, gain, noise, counts);
        float[] lens = scene.radiance.clone();
        for (int i = 0; i < lens.length; i++) {
            lens[i] = Math.min(lens[i], 1);
        }
        int x = (scene.irisLeft + scene.irisRight + 1 - Roi.COLUMNS) / 2;
        int y = (scene.irisTop + scene.irisBottom + 1 - Roi.ROWS) / 2;
        Roi roi = new Roi(Math.clamp(x, 0, Roi.MAX_X), Math.clamp(y, 0, Roi.MAX_Y));
        return new StudyFrame(seed, counts, lens, depth, roi, angles(scene.gaze), angles(scene.opticalAxis));
    }

    private static double[] angles(float[] direction) {
        return new double[] {Angles.yawDeg(direction[0], direction[2]), Angles.pitchDeg(direction[1])};
    }
}
