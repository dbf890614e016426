package org.flatgaze.runtime.dataset;

import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.flatcam.sim.Disturbances;
import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.runtime.ReferenceDevice;

/**
 * Makes one labelled frame after another: eye, coded frame, reconstruction. One thread.
 *
 * <p>Every frame depends only on (person, session, frame, seed), so sets do not depend on threads or order.
 */
final class FrameFactory extends LabelledFrame {

    private static final int SIDE = DatasetFormat.PICTURE;

    private final List<ReferenceDevice.Instance> devices;
    /** Null in a set of ordinary wearings. */
    private final Disturbances disturbances;

    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeState state = new EyeState();
    private int personSeed;
    private int sessionIndex = -1;
    private Person person;
    private Session session;
    /** The device of the present session. */
    private ReferenceDevice.Instance device;

    FrameFactory(ReferenceDevice.Instance device) {
        this(List.of(device), null);
    }

    /**
     * @param devices sessions take one each
     * @param disturbances what happens to each session, or null
     */
    FrameFactory(List<ReferenceDevice.Instance> devices, Disturbances disturbances) {
        this.devices = devices;
        this.disturbances = disturbances;
    }

    void beginPerson(int seed) {
        personSeed = seed;
        person = Person.ofSeed(seed);
        sessionIndex = -1;
    }

    void render(long setSeed, int newSession, int frame) {
        long personal = setSeed * 0x9E3779B97F4A7C15L + personSeed;
        if (newSession != sessionIndex) {
            beginSession(personal, newSession);
        }
        SplittableRandom random = new SplittableRandom(mix(personal, 0x10000L + frame));
        EyeMotion.random(person, random, state);
        render(state, random);
    }

    private void beginSession(long personal, int index) {
        sessionIndex = index;
        long seed = mix(personal, 1 + index);
        session = Session.of(person, seed);
        device = devices.get(Math.floorMod(seed, devices.size()));
        if (disturbances != null) {
            disturbances.begin(mix(seed, 0x30000L));
        }
    }

    /** Renders, exposes and reconstructs the person in the present session in a given state. */
    private void render(EyeState moment, SplittableRandom random) {
        renderer.render(person, session, moment, scene);
        double exposureGain = exposureGain(random);
        if (disturbances != null) {
            disturbances.apply(scene, random);
            exposureGain = 0.35 + 0.95 * random.nextDouble();
        }
        expose(device, exposureGain, random);
    }

    /** Renders one moment of an eye that moves in time, in the person's first session. */
    void renderMoment(long setSeed, EyeState moment, int frame) {
        long personal = setSeed * 0x9E3779B97F4A7C15L + personSeed;
        if (sessionIndex != 0) {
            beginSession(personal, 0);
        }
        render(moment, new SplittableRandom(mix(personal, 0x20000L + frame)));
    }

    Person person() {
        return person;
    }

    /** Majority of each 2 x 2 block; a tie goes to the upper left sample. */
    @Override
    void copyLabels(byte[] out, int offset) {
        for (int row = 0; row < DatasetFormat.LABELS; row++) {
            for (int col = 0; col < DatasetFormat.LABELS; col++) {
                int at = 2 * row * SIDE + 2 * col;
                byte a = scene.labels[at];
                byte b = scene.labels[at + 1];
                byte c = scene.labels[at + SIDE];
                byte d = scene.labels[at + SIDE + 1];
                boolean otherPair = (b == c || b == d) && a != b && a != c && a != d;
                byte majority = otherPair ? b : (c == d && a != c && a != b) ? c : a;
                out[offset + row * DatasetFormat.LABELS + col] = majority;
            }
        }
    }

    @Override
    void copyTruth(float[] out, int offset) {
        int i = offset;
        out[i++] = personSeed;
        out[i++] = sessionIndex;
        out[i++] = scene.gaze[0];
        out[i++] = scene.gaze[1];
        out[i++] = scene.gaze[2];
        out[i++] = scene.opticalAxis[0];
        out[i++] = scene.opticalAxis[1];
        out[i++] = scene.opticalAxis[2];
        out[i++] = (float) scene.openness;
        out[i++] = (float) scene.pupilVisible;
        out[i++] = (float) scene.pupilX;
        out[i++] = (float) scene.pupilY;
        out[i++] = (float) scene.pupilMajor;
        out[i++] = (float) scene.pupilMinor;
        out[i++] = (float) scene.pupilAngleDeg;
        out[i++] = scene.irisLeft;
        out[i++] = scene.irisTop;
        out[i++] = scene.irisRight;
        out[i] = scene.irisBottom;
    }

    /** One round of the SplitMix64 finaliser: neighbouring inputs give unrelated seeds. */
    static long mix(long a, long b) {
        long z = a + b * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
