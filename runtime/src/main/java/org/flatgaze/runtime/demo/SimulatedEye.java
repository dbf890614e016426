package org.flatgaze.runtime.demo;

import java.util.SplittableRandom;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;

/**
 * The demo's people in front of the reference device. One thread per instance.
 *
 * <p>Movement is cheap and depends on what came before, so it is worked out for a whole person at once; drawing is
 * expensive and done for single frames.
 */
public final class SimulatedEye implements FrameRenderer {

    /** Share of the pupil that must be uncovered for an eye to count as open. */
    public static final double OPEN_FROM = 0.15;

    /** Automatic exposure brings the brightest sample to this share of the white level. */
    private static final double EXPOSURE_GAIN = 0.9;

    private static final int SESSION = 1;
    private static final int MOTION = 2;
    private static final int NOISE = 3;

    private final DemoSpec spec;
    private final FlatCamOptics optics;
    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeScene scene = new EyeScene();
    private final short[] counts = new short[SensorFormat.REFERENCE.samples()];
    private int current = -1;
    private Person person;
    private Session session;
    private EyeState[] states;

    /** Uses {@code optics}, which must be this thread's own. */
    public SimulatedEye(DemoSpec spec, FlatCamOptics optics) {
        this.spec = spec;
        this.optics = optics;
    }

    @Override
    public void render(int index, SensorFrame into, FrameTruth truth) {
        int number = spec.personOf(index);
        if (number != current) {
            begin(number);
        }
        renderer.render(person, session, states[index - spec.firstFrameOf(number)], scene);
        SplittableRandom noise = new SplittableRandom(spec.derivedSeed(NOISE, index));
        optics.expose(scene.radiance, scene.depthMm, EXPOSURE_GAIN, noise, counts);
        RawPacking.pack(counts, into);
        truth.set(
                scene.gaze[0],
                scene.gaze[1],
                scene.gaze[2],
                (float) scene.openness,
                scene.pupilVisible >= OPEN_FROM,
                spec.personSeed(number));
    }

    private void begin(int number) {
        current = number;
        person = Person.ofSeed(spec.personSeed(number));
        session = Session.of(person, spec.derivedSeed(SESSION, number));
        EyeMotion motion = new EyeMotion(person, spec.derivedSeed(MOTION, number), DemoSpec.FRAME_RATE);
        states = new EyeState[spec.framesOf(number)];
        for (int i = 0; i < states.length; i++) {
            states[i] = new EyeState();
            motion.next(states[i]);
        }
    }

    /** What the last frame shows: picture before the mask, labels. Shared, overwritten by the next frame. */
    public EyeScene scene() {
        return scene;
    }
}
