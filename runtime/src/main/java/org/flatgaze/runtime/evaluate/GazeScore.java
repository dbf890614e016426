package org.flatgaze.runtime.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Angular errors of one gaze network on one set, degrees, over frames whose eye is open, that were answered and whose
 * direction is known; NaN where a set knows too little.
 *
 * @param meanDeg visual axis, no user calibration
 * @param medianDeg the same, median
 * @param p95Deg the same, 95th percentile
 * @param opticalDeg against the optical axis, the set's mean angle between the axes taken off: what remains when kappa,
 *     which no picture shows, is known on average
 * @param kappaFloorDeg error that a perfect optical axis plus the mean kappa would still make on the visual axis
 * @param after5ptDeg after a five-point offset, on the other frames of the same session
 * @param after5ptReslipDeg after the same offset, in the session after the headset was put on again
 * @param openFrames frames with an open eye
 * @param missed open frames that got no answer
 * @param falselyAnswered closed eyes that got an answer; null if nobody knows which eyes are closed
 */
public record GazeScore(
        double meanDeg,
        double medianDeg,
        double p95Deg,
        double opticalDeg,
        double kappaFloorDeg,
        double after5ptDeg,
        double after5ptReslipDeg,
        int openFrames,
        int missed,
        Integer falselyAnswered) {

    static GazeScore of(FrameResults results) {
        double[] trueYaw = results.column(FrameResults.Row::trueYaw);
        double[] truePitch = results.column(FrameResults.Row::truePitch);
        double[] opticalYaw = results.column(FrameResults.Row::opticalYaw);
        double[] opticalPitch = results.column(FrameResults.Row::opticalPitch);
        double[] yaw = results.column(FrameResults.Row::yaw);
        double[] pitch = results.column(FrameResults.Row::pitch);
        int[] judged = results.judged();
        double kappaYaw = Arrays.stream(judged)
                .mapToDouble(i -> trueYaw[i] - opticalYaw[i])
                .average()
                .orElse(0);
        double kappaPitch = Arrays.stream(judged)
                .mapToDouble(i -> truePitch[i] - opticalPitch[i])
                .average()
                .orElse(0);

        double[] visual = Arrays.stream(judged)
                .mapToDouble(i -> Angles.betweenDeg(trueYaw[i], truePitch[i], yaw[i], pitch[i]))
                .toArray();
        double[] optical = Arrays.stream(judged)
                .mapToDouble(i ->
                        Angles.betweenDeg(opticalYaw[i], opticalPitch[i], yaw[i] - kappaYaw, pitch[i] - kappaPitch))
                .toArray();
        double[] floor = Arrays.stream(judged)
                .mapToDouble(i -> Angles.betweenDeg(
                        trueYaw[i], truePitch[i], opticalYaw[i] + kappaYaw, opticalPitch[i] + kappaPitch))
                .toArray();

        DoubleStream.Builder same = DoubleStream.builder();
        DoubleStream.Builder again = DoubleStream.builder();
        for (int person : results.people()) {
            int[] first = results.judged(person, 0);
            FivePoint fit = FivePoint.fit(first, trueYaw, truePitch, yaw, pitch);
            if (fit != null) {
                Arrays.stream(fit.errors(first, trueYaw, truePitch, yaw, pitch)).forEach(same::add);
                Arrays.stream(fit.errors(results.judged(person, 1), trueYaw, truePitch, yaw, pitch))
                        .forEach(again::add);
            }
        }

        int open = 0;
        int missed = 0;
        int falselyAnswered = 0;
        boolean knowsClosed = false;
        for (int i = 0; i < results.size(); i++) {
            FrameResults.Row row = results.row(i);
            knowsClosed |= row.knowsLids();
            if (row.open()) {
                open++;
                missed += row.answered() ? 0 : 1;
            } else {
                falselyAnswered += row.answered() ? 1 : 0;
            }
        }
        return new GazeScore(
                Angles.mean(visual),
                Angles.quantile(visual, 0.5),
                Angles.quantile(visual, 0.95),
                Angles.mean(optical),
                Angles.mean(floor),
                Angles.mean(same.build().toArray()),
                Angles.mean(again.build().toArray()),
                open,
                missed,
                knowsClosed ? falselyAnswered : null);
    }

    /** The figures with the documented keys. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "mean_deg", meanDeg);
        put(json, "median_deg", medianDeg);
        put(json, "p95_deg", p95Deg);
        put(json, "optical_deg", opticalDeg);
        put(json, "kappa_floor_deg", kappaFloorDeg);
        put(json, "after_5pt_deg", after5ptDeg);
        put(json, "after_5pt_reslip_deg", after5ptReslipDeg);
        json.put("open_frames", openFrames);
        json.put("missed", missed);
        json.put("falsely_answered", falselyAnswered);
        return json;
    }

    /** JSON has no NaN: a figure the set cannot give is null. */
    private static void put(Map<String, Object> json, String key, double value) {
        json.put(key, Double.isFinite(value) ? value : null);
    }
}
