package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a network knows how wrong it is: frames in groups of equal size by the error the network predicts, and the error
 * they really have. A calibrated network has both equal in every group.
 *
 * @param groups in ascending order of the predicted error; empty if the network predicts none
 */
record UncertaintyCurve(List<Group> groups) {

    private static final int GROUPS = 10;

    /**
     * One group.
     *
     * @param frames in it
     * @param predictedDeg root mean square of the predicted errors
     * @param measuredDeg root mean square of the errors on the visual axis
     */
    record Group(int frames, double predictedDeg, double measuredDeg) {}

    static UncertaintyCurve of(FrameResults results) {
        List<FrameResults.Row> rows = results.rows().stream()
                .filter(row -> row.judged() && Double.isFinite(row.uncertaintyDeg()))
                .sorted(Comparator.comparingDouble(FrameResults.Row::uncertaintyDeg))
                .toList();
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < GROUPS && rows.size() >= GROUPS; i++) {
            List<FrameResults.Row> group = rows.subList(rows.size() * i / GROUPS, rows.size() * (i + 1) / GROUPS);
            groups.add(new Group(
                    group.size(),
                    rms(group.stream()
                            .mapToDouble(FrameResults.Row::uncertaintyDeg)
                            .toArray()),
                    rms(group.stream().mapToDouble(FrameResults.Row::errorDeg).toArray())));
        }
        return new UncertaintyCurve(List.copyOf(groups));
    }

    /** Mean distance of the logarithms of predicted and measured error: 0 is calibrated, 0.7 is off by a factor of 2. */
    double logError() {
        return groups.stream()
                .mapToDouble(group -> Math.abs(Math.log(group.predictedDeg() / group.measuredDeg())))
                .average()
                .orElse(Double.NaN);
    }

    List<Map<String, Object>> toJson() {
        return groups.stream()
                .map(group -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("frames", group.frames());
                    json.put("predicted_deg", group.predictedDeg());
                    json.put("measured_deg", group.measuredDeg());
                    return json;
                })
                .toList();
    }

    private static double rms(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares / values.length);
    }
}
