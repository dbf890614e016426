package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.runtime.dataset.DatasetReader;

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
            double openness,
            double pupilVisible,
            double pupilHalfAxisPx,
            double yaw,
            double pitch,
            boolean answered,
            double uncertaintyDeg,
            int roiX,
            int roiY,
            boolean irisInsideRegion,
            double pupilErrorPx) {

        /** Truth and estimate of one frame of a shard, found with the region of that frame. */
        static Row of(DatasetReader.Shard shard, int frame, RoiEstimate region, EyeChain.Answer answer) {
            boolean inside = shard.truth(frame, "iris_left") >= region.roiX
                    && shard.truth(frame, "iris_top") >= region.roiY
                    && shard.truth(frame, "iris_right") < region.roiX + Roi.COLUMNS
                    && shard.truth(frame, "iris_bottom") < region.roiY + Roi.ROWS;
            return new Row(
                    (int) shard.truth(frame, "person"),
                    (int) shard.truth(frame, "session"),
                    Angles.yawDeg(shard.truth(frame, "gaze_x"), shard.truth(frame, "gaze_z")),
                    Angles.pitchDeg(shard.truth(frame, "gaze_y")),
                    Angles.yawDeg(shard.truth(frame, "optical_x"), shard.truth(frame, "optical_z")),
                    Angles.pitchDeg(shard.truth(frame, "optical_y")),
                    shard.truth(frame, "openness"),
                    shard.truth(frame, "pupil_visible"),
                    shard.truth(frame, "pupil_major"),
                    answer.yawDeg(),
                    answer.pitchDeg(),
                    answer.isOpen(),
                    answer.uncertaintyDeg(),
                    region.roiX,
                    region.roiY,
                    inside,
                    Math.hypot(
                            region.pupilX - shard.truth(frame, "pupil_x"),
                            region.pupilY - shard.truth(frame, "pupil_y")));
        }

        /** The same frame answered by another network. */
        Row withAnswer(EyeChain.Answer answer) {
            return new Row(
                    person,
                    session,
                    trueYaw,
                    truePitch,
                    opticalYaw,
                    opticalPitch,
                    openness,
                    pupilVisible,
                    pupilHalfAxisPx,
                    answer.yawDeg(),
                    answer.pitchDeg(),
                    answer.isOpen(),
                    answer.uncertaintyDeg(),
                    roiX,
                    roiY,
                    irisInsideRegion,
                    pupilErrorPx);
        }

        /** An eye of which nobody knows how far it is open counts as open if somebody knows where it looks. */
        boolean open() {
            return pupilVisible >= LEAST_VISIBLE_PUPIL || (!knowsLids() && knowsGaze());
        }

        /** Whether the set says how much of the pupil shows, and with it where the iris is. */
        boolean knowsLids() {
            return Double.isFinite(pupilVisible);
        }

        /** Whether the set says where the eye looks. */
        boolean knowsGaze() {
            return Double.isFinite(trueYaw) && Double.isFinite(truePitch);
        }

        /** An open eye that got a direction and whose true direction is known. */
        boolean judged() {
            return usable() && knowsGaze();
        }

        /** An open eye that got a direction. */
        boolean usable() {
            return open() && answered;
        }

        /** Angle between the answer and the visual axis, degrees; NaN without an answer. */
        double errorDeg() {
            return Angles.betweenDeg(trueYaw, truePitch, yaw, pitch);
        }

        /** Angle of the visual axis from straight ahead, degrees. */
        double eccentricityDeg() {
            return Angles.betweenDeg(trueYaw, truePitch, 0, 0);
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

    List<Row> rows() {
        return Collections.unmodifiableList(rows);
    }

    /** People in the set. */
    int[] people() {
        return rows.stream().mapToInt(Row::person).distinct().sorted().toArray();
    }

    /** Frames whose eye is open, that were answered, and whose true direction is known. */
    int[] judged() {
        return IntStream.range(0, rows.size()).filter(i -> rows.get(i).judged()).toArray();
    }

    /** Judged frames of one person's session. */
    int[] judged(int person, int session) {
        return Arrays.stream(judged())
                .filter(i -> rows.get(i).person() == person && rows.get(i).session() == session)
                .toArray();
    }

    /** Share of open eyes whose visible iris lies wholly inside the region found; NaN if nobody knows where irises are. */
    double regionHitRate() {
        return Angles.mean(
                column(row -> row.open() && row.knowsLids() ? (row.irisInsideRegion() ? 1 : 0) : Double.NaN));
    }

    /** Mean distance of the pupil's centre from the truth, pixels of the 256 x 256 picture, where at least half shows. */
    double pupilErrorPx() {
        return Angles.mean(column(row -> row.pupilVisible() >= 0.5 ? row.pupilErrorPx() : Double.NaN));
    }

    double[] column(ToDoubleFunction<Row> value) {
        return rows.stream().mapToDouble(value).toArray();
    }
}
