package org.flatgaze.tests.bench.filters;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.flatgaze.runtime.evaluate.Angles;
import org.flatgaze.tests.bench.filters.FilterJudge.Verdict;

/** Prints one line a filter: its means and, paired frame by frame, what it changes against the first one. */
final class StudyTable {

    private final List<Verdict> base;
    private final double[] kappa;

    /** @param base verdicts on the filter everything is compared with */
    StudyTable(List<Verdict> base) {
        this.base = base;
        this.kappa = IntStream.range(0, 2)
                .mapToDouble(axis -> base.stream()
                        .mapToDouble(v -> v.frame().gaze()[axis] - v.frame().optical()[axis])
                        .average()
                        .orElseThrow())
                .toArray();
    }

    static void printHeader() {
        System.out.printf("%-44s %7s  %-20s %-20s", "", "MFLOP", "region dB (change)", "whole dB (change)");
        for (String network : FilterJudge.NETWORKS) {
            System.out.printf("  %-58s", network + ": visual, optical deg (change); moves");
        }
        System.out.println();
    }

    /** @param megaflops of a region, or NaN where it is the filter of the frame path on other frames */
    void print(String name, double megaflops, List<Verdict> verdicts) {
        System.out.printf(Locale.ROOT, "%-44s %7.1f", name, megaflops);
        System.out.print("  "
                + compared(i -> verdicts.get(i).regionDb(), i -> base.get(i).regionDb(), "%.2f"));
        System.out.print(
                "  " + compared(i -> verdicts.get(i).fullDb(), i -> base.get(i).fullDb(), "%.2f"));
        for (int n = 0; n < FilterJudge.NETWORKS.size(); n++) {
            int network = n;
            System.out.print("  " + compared(i -> visual(verdicts, i, network), i -> visual(base, i, network), "%.3f"));
            System.out.print(
                    "  " + compared(i -> optical(verdicts, i, network), i -> optical(base, i, network), "%.3f"));
            double moves = IntStream.range(0, base.size())
                    .mapToDouble(i -> between(direction(verdicts, i, network), direction(base, i, network)))
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
            System.out.printf(Locale.ROOT, "  %.2f", moves);
        }
        System.out.println();
    }

    private double visual(List<Verdict> verdicts, int i, int network) {
        return between(direction(verdicts, i, network), base.get(i).frame().gaze());
    }

    private double optical(List<Verdict> verdicts, int i, int network) {
        double[] seen = direction(verdicts, i, network);
        return between(
                new double[] {seen[0] - kappa[0], seen[1] - kappa[1]},
                base.get(i).frame().optical());
    }

    private static double[] direction(List<Verdict> verdicts, int i, int network) {
        return verdicts.get(i).directions()[network];
    }

    private static double between(double[] a, double[] b) {
        return Angles.betweenDeg(a[0], a[1], b[0], b[1]);
    }

    /** Mean and mean change over the frames that have both, the standard error over people: one person's frames are alike. */
    private String compared(IntToDoubleFunction value, IntToDoubleFunction reference, String format) {
        Map<Integer, double[]> people = new LinkedHashMap<>();
        double sum = 0;
        double change = 0;
        int n = 0;
        for (int i = 0; i < base.size(); i++) {
            double x = value.applyAsDouble(i);
            double d = x - reference.applyAsDouble(i);
            if (Double.isFinite(d)) {
                double[] person = people.computeIfAbsent(base.get(i).person(), seed -> new double[2]);
                person[0] += d;
                person[1]++;
                sum += x;
                change += d;
                n++;
            }
        }
        double mean = change / n;
        double squares = 0;
        for (double[] person : people.values()) {
            squares += Math.pow(person[0] - mean * person[1], 2);
        }
        double error = Math.sqrt(squares) / n;
        return String.format(
                Locale.ROOT, format + " (%+" + format.substring(1) + " ± " + format + ")", sum / n, mean, error);
    }
}
