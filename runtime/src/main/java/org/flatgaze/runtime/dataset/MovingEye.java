package org.flatgaze.runtime.dataset;

import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.runtime.ReferenceDevice;

/**
 * A simulated person whose eye moves in time, with saccades and blinks: labelled frames in sequence, unlike those of a set,
 * which have nothing to do with each other. One thread; buffers are overwritten by the next frame.
 */
public final class MovingEye {

    private final FrameFactory frames;
    private final EyeState state = new EyeState();
    private final byte[] picture = new byte[DatasetFormat.PICTURE * DatasetFormat.PICTURE];
    private final float[] truth = new float[DatasetFormat.TRUTH_COLUMNS.size()];
    private EyeMotion motion;
    private long seed;
    private int frame;

    public MovingEye(ReferenceDevice.Instance device) {
        frames = new FrameFactory(device);
    }

    /**
     * Starts with another person.
     *
     * @param person seed of the person, see {@link DatasetFormat.Split}
     * @param newSeed seed of slip, movement and noise
     * @param framesPerSecond pace of {@link #next}
     */
    public void begin(int person, long newSeed, double framesPerSecond) {
        frames.beginPerson(person);
        seed = newSeed;
        motion = new EyeMotion(frames.person(), newSeed * 1_000_003 + person, framesPerSecond);
        frame = -1;
    }

    /** Goes one frame on without making a picture. */
    public void next() {
        motion.next(state);
        frame++;
    }

    /** Makes the picture and the truth of this moment. */
    public void expose() {
        frames.renderMoment(seed, state, frame);
        frames.copyReconstruction(picture, 0);
        frames.copyTruth(truth, 0);
    }

    /** The reconstruction, 256 x 256, as a set stores it. */
    public byte[] picture() {
        return picture;
    }

    /** One column of the truth. */
    public float truth(String column) {
        return truth[DatasetFormat.TRUTH_COLUMNS.indexOf(column)];
    }
}
