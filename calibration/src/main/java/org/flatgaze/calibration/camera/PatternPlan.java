package org.flatgaze.calibration.camera;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which patterns are shown and in which order: a dark frame, every Hadamard pattern of the left side as a positive and a
 * negative, a dark frame, those of the right side, a dark frame, and a few test scenes. Positive minus negative is a
 * pattern of +1 and -1 without dark level and room light; positive plus negative is always the white screen, which tells
 * when something moved. Immutable.
 */
public final class PatternPlan {

    /** Scenes for measuring the forward error. */
    public static final int TEST_SCENES = 4;

    private static final int DARKS = 3;
    private static final int BLOBS = 7;

    private final int size;
    private final List<Shot> shots;

    /**
     * Plans the patterns of one size.
     *
     * @param size scene rows and columns that are told apart, a power of two, 8..512
     */
    public PatternPlan(int size) {
        if (size < 8 || size > 512 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("size=" + size + ": expected a power of two, 8..512");
        }
        this.size = size;
        List<Shot> plan = new ArrayList<>();
        plan.add(new Shot(Shot.Kind.DARK, 0, false));
        addPairs(plan, Shot.Kind.LEFT);
        plan.add(new Shot(Shot.Kind.DARK, 1, false));
        addPairs(plan, Shot.Kind.RIGHT);
        plan.add(new Shot(Shot.Kind.DARK, 2, false));
        for (int i = 0; i < TEST_SCENES; i++) {
            plan.add(new Shot(Shot.Kind.TEST, i, true));
        }
        this.shots = List.copyOf(plan);
    }

    private void addPairs(List<Shot> plan, Shot.Kind kind) {
        for (int k = 0; k < size; k++) {
            plan.add(new Shot(kind, k, true));
            plan.add(new Shot(kind, k, false));
        }
    }

    /** Rows and columns of a pattern. */
    public int size() {
        return size;
    }

    /** All shots in order. */
    public List<Shot> shots() {
        return shots;
    }

    /** Place of a dark shot in the order. */
    int darkPosition(int index) {
        return index * (2 * size + 1);
    }

    /** Place of a Hadamard shot in the order. */
    int position(Shot.Kind kind, int index, boolean positive) {
        int first = kind == Shot.Kind.LEFT ? 1 : 2 * size + 2;
        return first + 2 * index + (positive ? 0 : 1);
    }

    /** Place of a test scene in the order. */
    int testPosition(int index) {
        return DARKS + 4 * size + index;
    }

    /**
     * What the screen shows.
     *
     * @param shot one of this plan
     * @param pixels rows and columns of the result, a multiple of the size
     * @return pixels x pixels, row-major, 0 or 1
     */
    public float[] screen(Shot shot, int pixels) {
        if (pixels < size || pixels % size != 0) {
            throw new IllegalArgumentException("pixels=" + pixels + ": expected a multiple of " + size);
        }
        int block = pixels / size;
        float[] small = pattern(shot);
        float[] out = new float[pixels * pixels];
        for (int row = 0; row < pixels; row++) {
            for (int col = 0; col < pixels; col++) {
                out[row * pixels + col] = small[row / block * size + col / block];
            }
        }
        return out;
    }

    /** The same in the plan's own size, size x size. */
    float[] pattern(Shot shot) {
        float[] out = new float[size * size];
        if (shot.kind() == Shot.Kind.DARK) {
            return out;
        }
        if (shot.kind() == Shot.Kind.TEST) {
            return testScene(shot.index());
        }
        int wanted = shot.positive() ? 1 : -1;
        for (int row = 0; row < size; row++) {
            for (int col = 0; col < size; col++) {
                int along = shot.kind() == Shot.Kind.LEFT ? row : col;
                out[row * size + col] = Hadamard.entry(shot.index(), along) == wanted ? 1 : 0;
            }
        }
        return out;
    }

    /** Bright discs with dark ones in them: sharp edges and broad areas, unlike any pattern. */
    private float[] testScene(int index) {
        SplittableRandom random = new SplittableRandom(0x5eedL + index);
        float[] out = new float[size * size];
        for (int blob = 0; blob < BLOBS; blob++) {
            double row = size * random.nextDouble();
            double col = size * random.nextDouble();
            double radius = size * (0.08 + 0.17 * random.nextDouble());
            float value = blob % 3 == 2 ? 0 : 1;
            for (int r = 0; r < size; r++) {
                for (int c = 0; c < size; c++) {
                    if (Math.hypot(r - row, c - col) < radius) {
                        out[r * size + c] = value;
                    }
                }
            }
        }
        return out;
    }
}
