package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.MovingEye;

/**
 * What becomes of a region that is renewed every so many frames while the eye moves on: saccades, pursuit and blinks at 240
 * frames/s. A region found in frame n is used from {@link RoiSchedule#DEFAULT}'s lag later until the next one is; with
 * period 1 every frame has its own.
 *
 * @param period frames between renewals
 * @param openFrames open eyes looked at
 * @param meanAge mean frames between the picture a region was found in and the one it was used in
 * @param hitRate share of them whose visible iris lay wholly inside the region
 * @param meanDeg mean error on the visual axis by gaze network, of the open eyes that got a direction
 */
record RegionAge(int period, int openFrames, double meanAge, double hitRate, Map<String, Double> meanDeg) {

    static final List<Integer> PERIODS = List.of(1, 10, 50, 100);

    private static final double FRAMES_PER_SECOND = 240;
    private static final int FRAMES = 480;
    /** Every frame in which some region may be found: all periods but 1 are multiples of it. */
    private static final int SOURCE_STEP = 10;
    /** Frames looked at; no common factor with the periods, so that all ages come up alike. */
    private static final int STEP = 7;
    /** By now the longest period has a region of its own. */
    private static final int FIRST = 110;

    private static final long SEED = 4711;

    /** Simulates the first people of the test range. */
    static List<RegionAge> of(
            ModelStore store, String segmentation, int people, int threads, Consumer<String> progress) {
        ReferenceDevice device = ReferenceDevice.open();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Accelerator onnx = Accelerators.byId("onnx").open();
                NetworkSet networks = NetworkSet.inFloat(onnx, store, segmentation)) {
            List<Future<List<Sighting>>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int from = people * i / threads;
                int to = people * (i + 1) / threads;
                parts.add(pool.submit(() -> watch(device.newInstance(), networks, from, to, progress)));
            }
            List<Sighting> sightings = new ArrayList<>();
            for (Future<List<Sighting>> part : parts) {
                sightings.addAll(part.get());
            }
            return PERIODS.stream()
                    .map(period -> of(period, sightings, networks))
                    .toList();
        } catch (ExecutionException e) {
            throw new IllegalStateException("simulation failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("evaluation interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    /** One open eye seen through the region of one period. */
    private record Sighting(int period, int age, boolean isInside, List<Double> errorsDeg) {}

    /** A region found in a source frame. */
    private record Region(int x, int y) {}

    private static RegionAge of(int period, List<Sighting> all, NetworkSet networks) {
        List<Sighting> sightings =
                all.stream().filter(s -> s.period() == period).toList();
        Map<String, Double> meanDeg = new LinkedHashMap<>();
        for (int i = 0; i < networks.gaze().size(); i++) {
            int network = i;
            meanDeg.put(
                    networks.gaze().get(i).id(),
                    Angles.mean(sightings.stream()
                            .mapToDouble(s -> s.errorsDeg().get(network))
                            .toArray()));
        }
        return new RegionAge(
                period,
                sightings.size(),
                sightings.stream().mapToInt(Sighting::age).average().orElse(Double.NaN),
                sightings.stream().mapToInt(s -> s.isInside() ? 1 : 0).average().orElse(Double.NaN),
                meanDeg);
    }

    private static List<Sighting> watch(
            ReferenceDevice.Instance device, NetworkSet networks, int from, int to, Consumer<String> progress) {
        List<Sighting> sightings = new ArrayList<>();
        MovingEye eye = new MovingEye(device);
        try (EyeChain chain = new EyeChain(networks)) {
            for (int person = from; person < to; person++) {
                eye.begin(DatasetFormat.Split.TEST.firstPerson() + person, SEED, FRAMES_PER_SECOND);
                watch(eye, chain, sightings);
                progress.accept("moving eyes, person " + (person + 1));
            }
        }
        return sightings;
    }

    private static void watch(MovingEye eye, EyeChain chain, List<Sighting> sightings) {
        TreeMap<Integer, Region> found = new TreeMap<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            eye.next();
            boolean isSource = frame % SOURCE_STEP == 0;
            boolean isLookedAt = frame >= FIRST && (frame - FIRST) % STEP == 0;
            if (!isSource && !isLookedAt) {
                continue;
            }
            eye.expose();
            chain.segment(eye.picture(), 0);
            Region own = new Region(chain.estimate().roiX, chain.estimate().roiY);
            if (isSource && chain.estimate().found) {
                found.put(frame, own);
            }
            if (isLookedAt && eye.truth("pupil_visible") >= FrameResults.LEAST_VISIBLE_PUPIL) {
                for (int period : PERIODS) {
                    int source = period == 1 ? frame : source(found, period, frame);
                    Region region = period == 1
                            ? own
                            : source < 0 ? new Region(Roi.CENTRE.x(), Roi.CENTRE.y()) : found.get(source);
                    sightings.add(sighting(eye, chain, period, frame - Math.max(0, source), region));
                }
            }
        }
    }

    /** The newest source of a period whose region is in use at a frame; a source without an eye leaves the one before. */
    private static int source(TreeMap<Integer, Region> found, int period, int frame) {
        int lag = Math.min(RoiSchedule.DEFAULT.lag(), period);
        for (int source = (frame - lag) / period * period; source >= 0; source -= period) {
            if (found.containsKey(source)) {
                return source;
            }
        }
        return -1;
    }

    private static Sighting sighting(MovingEye eye, EyeChain chain, int period, int age, Region region) {
        boolean inside = eye.truth("iris_left") >= region.x()
                && eye.truth("iris_top") >= region.y()
                && eye.truth("iris_right") < region.x() + Roi.COLUMNS
                && eye.truth("iris_bottom") < region.y() + Roi.ROWS;
        double yaw = Angles.yawDeg(eye.truth("gaze_x"), eye.truth("gaze_z"));
        double pitch = Angles.pitchDeg(eye.truth("gaze_y"));
        List<Double> errors = new ArrayList<>();
        for (EyeChain.Answer answer : chain.look(eye.picture(), 0, region.x(), region.y())) {
            errors.add(
                    answer.isOpen() ? Angles.betweenDeg(yaw, pitch, answer.yawDeg(), answer.pitchDeg()) : Double.NaN);
        }
        return new Sighting(period, age, inside, errors);
    }

    /** The errors in words, to go behind the rest. */
    String errorWords() {
        StringBuilder words = new StringBuilder();
        meanDeg.forEach((model, error) -> words.append(String.format(Locale.ROOT, ", %s %.2f deg", model, error)));
        return words.toString();
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("period", period);
        json.put("frames", openFrames);
        json.put("mean_age", meanAge);
        json.put("hit_rate", Double.isFinite(hitRate) ? hitRate : null);
        Map<String, Object> errors = new LinkedHashMap<>();
        meanDeg.forEach((model, error) -> errors.put(model, Double.isFinite(error) ? error : null));
        json.put("mean_deg", errors);
        return json;
    }
}
