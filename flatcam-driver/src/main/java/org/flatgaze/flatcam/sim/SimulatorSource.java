package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;
import org.flatgaze.flatcam.FramePacer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;

/**
 * The virtual device as a frame source: people move their eyes, the renderer draws them, the optics code them, the sensor
 * counts. The same options give the same frames, whatever the pace.
 *
 * <p>Drawing one frame takes some milliseconds, so this source alone does not reach 240 frames/s; render ahead into a frame
 * file for that. Nothing is allocated per frame except when the next person takes over.
 */
public final class SimulatorSource implements FrameSource {

    private final SimulatorOptions options;
    private final FlatCamOptics optics;
    private final FramePacer pacer;
    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeScene scene = new EyeScene();
    private final EyeState state = new EyeState();
    private final short[] counts;
    private SplittableRandom noise = new SplittableRandom(0);
    private Person person;
    private Session session;
    private EyeMotion motion;
    private int personIndex = -1;
    private long sequence;

    /**
     * @param optics the device; used by the capture thread alone from now on
     * @throws IllegalArgumentException if the format is not that of the device
     */
    public SimulatorSource(SimulatorOptions options, FlatCamOptics optics) {
        FlatCamGeometry geometry = optics.geometry();
        SensorFormat format = options.format();
        int bits = optics.sensor().model().bits();
        if (format.height() != geometry.rows() || format.width() != geometry.cols() || format.bitDepth() != bits) {
            throw new IllegalArgumentException("format=" + format + ": expected the device's " + geometry.rows() + " x "
                    + geometry.cols() + ", " + bits + " bit");
        }
        if (geometry.scenePixels() != EyeScene.SIZE) {
            throw new IllegalArgumentException("scenePixels=" + geometry.scenePixels() + ": expected " + EyeScene.SIZE
                    + ", the size of a rendered eye");
        }
        this.options = options;
        this.optics = optics;
        this.pacer = new FramePacer(options.deliveredFramesPerSecond());
        this.counts = new short[format.samples()];
    }

    @Override
    public SensorFormat format() {
        return options.format();
    }

    @Override
    public String description() {
        return "simulator, people " + options.firstPersonSeed() + ".."
                + (options.firstPersonSeed() + options.people() - 1) + ", " + format().width() + " x "
                + format().height() + ", " + format().bitDepth() + " bit";
    }

    @Override
    public void start() {
        sequence = 0;
        personIndex = -1;
        pacer.start();
    }

    @Override
    public ReadResult read(SensorFrame into) {
        if (!into.format().equals(format())) {
            throw new IllegalArgumentException("into.format=" + into.format() + ": expected " + format());
        }
        if (options.frames() > 0 && sequence >= options.frames()) {
            return ReadResult.END;
        }
        if (sequence % options.framesPerPerson() == 0) {
            nextTurn(sequence / options.framesPerPerson());
        }
        motion.next(state);
        renderer.render(person, session, state, scene);
        optics.expose(scene, options.exposureGain(), noise, counts);
        RawPacking.pack(counts, into);
        into.stamp(sequence, pacer.awaitNext(), 0);
        sequence++;
        return ReadResult.FRAME;
    }

    private void nextTurn(long turn) {
        personIndex = (int) (turn % options.people());
        SplittableRandom seeds = new SplittableRandom(options.noiseSeed() + turn);
        person = Person.ofSeed(options.firstPersonSeed() + personIndex);
        session = Session.of(person, seeds.nextLong());
        motion = new EyeMotion(person, seeds.nextLong(), options.motionFramesPerSecond());
        noise = seeds.split();
    }

    /** What the last frame shows, with exact labels. Shared, overwritten by the next frame. */
    public EyeScene scene() {
        return scene;
    }

    /** What the eye did in the last frame. Shared, overwritten by the next frame. */
    public EyeState state() {
        return state;
    }

    /** Who the last frame shows, 0..people - 1; -1 before the first. */
    public int personIndex() {
        return personIndex;
    }

    /** Copies the truth of the last frame; the pupil counts as visible if any of it is. */
    public void readTruth(FrameTruth into) {
        into.set(
                scene.gaze[0],
                scene.gaze[1],
                scene.gaze[2],
                (float) scene.openness,
                scene.pupilVisible > 0,
                personIndex);
    }

    @Override
    public void close() {
        // holds nothing but memory
    }
}
