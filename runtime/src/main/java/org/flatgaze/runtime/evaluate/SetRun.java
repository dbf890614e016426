package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;

/**
 * What networks made of every frame of a labelled set. Every frame stands alone: its region is found in the frame itself
 * (age 0). The result does not depend on the number of threads.
 *
 * @param gaze frame by frame, for each gaze network by its id
 * @param confusion of the segmentation with the true classes
 */
record SetRun(SequencedMap<String, FrameResults> gaze, Confusion confusion) {

    private static final int PICTURE = DatasetFormat.PICTURE * DatasetFormat.PICTURE;
    private static final int LABELS = DatasetFormat.LABELS * DatasetFormat.LABELS;

    /**
     * Runs the networks.
     *
     * @param pictures which pictures of the set they see
     * @param threads worker threads, at least 1
     * @param progress hears the number of frames done after each shard
     * @throws IOException if the set cannot be read
     */
    static SetRun of(
            NetworkSet networks, DatasetReader set, DatasetReader.Pictures pictures, int threads, IntConsumer progress)
            throws IOException {
        SetRun run = new SetRun(new LinkedHashMap<>(), new Confusion());
        networks.gaze().forEach(network -> run.gaze.put(network.id(), new FrameResults()));
        List<Worker> workers = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int i = 0; i < threads; i++) {
                workers.add(new Worker(new EyeChain(networks), set.knows(DatasetFormat.Truth.SEGMENTATION)));
            }
            int done = 0;
            for (int i = 0; i < set.shards(); i++) {
                DatasetReader.Shard shard = set.shard(i, pictures);
                run.add(shard, workers, pool);
                done += shard.frames();
                progress.accept(done);
            }
            workers.forEach(worker -> run.confusion.add(worker.confusion));
        } finally {
            pool.shutdownNow();
            workers.forEach(worker -> worker.chain.close());
        }
        return run;
    }

    private void add(DatasetReader.Shard shard, List<Worker> workers, ExecutorService pool) {
        List<Future<List<List<FrameResults.Row>>>> parts = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            Worker worker = workers.get(i);
            int from = shard.frames() * i / workers.size();
            int to = shard.frames() * (i + 1) / workers.size();
            parts.add(pool.submit(() -> worker.run(shard, from, to)));
        }
        for (Future<List<List<FrameResults.Row>>> part : parts) {
            for (List<FrameResults.Row> rows : finished(part)) {
                int network = 0;
                for (FrameResults results : gaze.values()) {
                    results.add(rows.get(network++));
                }
            }
        }
    }

    private static <T> T finished(Future<T> part) {
        try {
            return part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("evaluation failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("evaluation interrupted", e);
        }
    }

    /** One thread's chain and what it has counted. */
    private record Worker(EyeChain chain, boolean hasLabels, Confusion confusion) {

        Worker(EyeChain chain, boolean hasLabels) {
            this(chain, hasLabels, new Confusion());
        }

        /** Frames from..to of a shard: for each the rows of all gaze networks. */
        List<List<FrameResults.Row>> run(DatasetReader.Shard shard, int from, int to) {
            List<List<FrameResults.Row>> frames = new ArrayList<>(to - from);
            for (int frame = from; frame < to; frame++) {
                chain.segment(shard.pictures(), frame * PICTURE);
                if (hasLabels) {
                    confusion.add(shard.labels(), frame * LABELS, chain.labels(), 0, LABELS);
                }
                RoiEstimate region = chain.estimate();
                List<FrameResults.Row> rows = new ArrayList<>();
                for (EyeChain.Answer answer : chain.look(shard.pictures(), frame * PICTURE, region.roiX, region.roiY)) {
                    rows.add(FrameResults.Row.of(shard, frame, region, answer));
                }
                frames.add(rows);
            }
            return frames;
        }
    }
}
