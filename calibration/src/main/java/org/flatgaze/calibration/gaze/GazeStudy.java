package org.flatgaze.calibration.gaze;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a calibration gains, over many simulated people: each is calibrated, validated on other targets, takes the headset off and
 * puts it on again, and is validated once more with the old map.
 */
public final class GazeStudy {

    private static final double MISS_PROBABILITY = 0.02;

    private final int people;
    private final int points;
    private final double samplesPerSecond;
    private final long seed;

    /**
     * @param people how many, at least 1
     * @param points calibration targets: 1, 5, 9 or 13
     * @param samplesPerSecond frames the tracker is asked for
     */
    public GazeStudy(int people, int points, double samplesPerSecond, long seed) {
        if (people < 1) {
            throw new IllegalArgumentException("people=" + people + ": expected at least 1");
        }
        TargetGrid.calibration(points);
        this.people = people;
        this.points = points;
        this.samplesPerSecond = samplesPerSecond;
        this.seed = seed;
    }

    /**
     * One person's account.
     *
     * @param fit the calibration; null if it was refused
     * @param before validation without a map
     * @param after validation with the map, same session
     * @param beforeReslip validation without a map, headset put on again
     * @param afterReslip validation with the old map then
     */
    public record PersonResult(
            GazeMapFit.Result fit,
            GazeValidation before,
            GazeValidation after,
            GazeValidation beforeReslip,
            GazeValidation afterReslip) {}

    /**
     * Runs the study.
     *
     * @param trackers makes the tracker of each thread
     * @param threads at least 1
     * @param progress hears the number of people done
     * @return one entry for each person whose eye was seen at all
     * @throws GazeRefusedException if that is nobody
     */
    public List<PersonResult> run(Supplier<GazeTracker> trackers, int threads, IntConsumer progress) {
        List<Future<PersonResult>> pending = new ArrayList<>();
        List<PersonResult> results = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            ThreadLocal<GazeTracker> own = ThreadLocal.withInitial(trackers);
            for (int p = 0; p < people; p++) {
                int person = p;
                pending.add(workers.submit(() -> one(person, own.get())));
            }
            int done = 0;
            for (Future<PersonResult> future : pending) {
                PersonResult result = future.get();
                if (result != null) {
                    results.add(result);
                }
                progress.accept(++done);
            }
            if (results.isEmpty()) {
                throw new GazeRefusedException("nobody's eye was seen: the network answers closed for every frame;"
                        + " train it, or use the calibration and filter it was trained with");
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("study failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            workers.shutdownNow();
        }
    }

    /** Calibrates and validates one person; null if no validation frame shows the eye. */
    private PersonResult one(int person, GazeTracker tracker) {
        SimulatedUser user = new SimulatedUser(seed * 1_000_003L + person, MISS_PROBABILITY, samplesPerSecond);
        tracker.begin(person, 0);
        GazeMapFit.Result fit = null;
        try {
            fit = GazeMapFit.fit(user.look(TargetGrid.calibration(points), tracker), GazeMap.Kind.QUADRATIC);
        } catch (GazeRefusedException e) {
            // Counted as refused; the bare network stands, as it would for that user.
        }
        GazeMap map = fit == null ? null : fit.map();
        List<Direction> fitted = fit == null ? List.of() : fit.targets();
        List<TargetSamples> same = user.look(TargetGrid.validation(), tracker);
        tracker.begin(person, 1);
        List<TargetSamples> again = user.look(TargetGrid.validation(), tracker);
        try {
            return new PersonResult(
                    fit,
                    GazeValidation.of(null, same, fitted),
                    GazeValidation.of(map, same, fitted),
                    GazeValidation.of(null, again, fitted),
                    GazeValidation.of(map, again, fitted));
        } catch (GazeRefusedException e) {
            return null; // not one usable frame: nothing to average
        }
    }

    /** The means over the people, by the names of the command's JSON. */
    public static Map<String, Object> facts(List<PersonResult> results) {
        Map<String, Object> facts = new LinkedHashMap<>();
        double before = mean(results, r -> r.before().accuracyDeg());
        double after = mean(results, r -> r.after().accuracyDeg());
        double beforeReslip = mean(results, r -> r.beforeReslip().accuracyDeg());
        double afterReslip = mean(results, r -> r.afterReslip().accuracyDeg());
        facts.put("before_deg", before);
        facts.put("after_deg", after);
        facts.put("before_reslip_deg", beforeReslip);
        facts.put("after_reslip_deg", afterReslip);
        facts.put("gain_percent", 100 * (1 - after / before));
        facts.put("gain_reslip_percent", 100 * (1 - afterReslip / beforeReslip));
        facts.put("precision_deg", mean(results, r -> r.after().precisionRmsDeg()));
        facts.put("precision_sd_deg", mean(results, r -> r.after().precisionSdDeg()));
        facts.put("loss", mean(results, r -> r.after().loss()));
        facts.put("p95_deg", mean(results, r -> r.after().percentilesDeg()[3]));
        facts.put("per_target", perTarget(results));
        Map<String, Integer> kinds = new LinkedHashMap<>();
        Map<String, Integer> ratings = new LinkedHashMap<>();
        for (PersonResult r : results) {
            String kind =
                    r.fit() == null ? "refused" : r.fit().map().kind().name().toLowerCase(Locale.ROOT);
            kinds.merge(kind, 1, Integer::sum);
            ratings.merge(r.after().rating().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        facts.put("maps", kinds);
        facts.put("ratings", ratings);
        facts.put("people", results.size());
        return facts;
    }

    private static List<Map<String, Object>> perTarget(List<PersonResult> results) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (int t = 0; t < TargetGrid.validation().size(); t++) {
            int index = t;
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("yaw_deg", TargetGrid.validation().get(t).yawDeg());
            entry.put("pitch_deg", TargetGrid.validation().get(t).pitchDeg());
            entry.put(
                    "before_deg",
                    mean(results, r -> r.before().perTarget().get(index).errorDeg()));
            entry.put(
                    "error_deg",
                    mean(results, r -> r.after().perTarget().get(index).errorDeg()));
            list.add(entry);
        }
        return list;
    }

    private static double mean(List<PersonResult> results, ToDoubleFunction<PersonResult> value) {
        return results.stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }
}
