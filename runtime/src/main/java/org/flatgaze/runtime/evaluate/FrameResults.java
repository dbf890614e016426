package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Truth and estimate of every frame of a set, as columns; filled once, then only read. */
final class FrameResults {

    /** Less of the pupil visible than this and the frame counts as a closed eye: no direction is owed. */
    static final double LEAST_VISIBLE_PUPIL = 0.15;

    /** One frame's row while it is collected. */
    record Row(
            int person,
            int session,
            double trueYaw,
            double truePitch,
            double opticalYaw,
            double opticalPitch,
            double pupilVisible,
            double yaw,
            double pitch,
            boolean answered,
            boolean irisInsideRegion,
            double pupilErrorPx) {

        boolean open() {
            return pupilVisible >= LEAST_VISIBLE_PUPIL;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    int size() {
        return rows.size();
    }

    Row row(int index) {
        return rows.get(index);
    }

    /** People in the set. */
    int[] people() {
        return rows.stream().mapToInt(Row::person).distinct().sorted().toArray();
    }

    /** Frames whose eye is open and that were answered. */
    int[] usable() {
        return IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).open() && rows.get(i).answered())
                .toArray();
    }

    /** Usable frames of one person's session. */
    int[] usable(int person, int session) {
        return Arrays.stream(usable())
                .filter(i -> rows.get(i).person() == person && rows.get(i).session() == session)
                .toArray();
    }

    double[] column(ToDoubleFunction<Row> value) {
        return rows.stream().mapToDouble(value).toArray();
    }
}
