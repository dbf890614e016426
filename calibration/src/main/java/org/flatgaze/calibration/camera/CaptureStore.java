package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.flatcam.SensorFormat;

/**
 * Keeps what another source delivers in a folder that {@link CaptureFolder} reads; what is there already is kept, so that a
 * long capture goes on where it was interrupted. Every capture is looked at before it is kept, both halves of a pair at once.
 */
public final class CaptureStore {

    private final CaptureSource source;
    private final PatternPlan plan;
    private final Path folder;
    private final short[] counts;

    private CaptureStore(CaptureSource source, PatternPlan plan, Path folder) {
        this.source = source;
        this.plan = plan;
        this.folder = folder;
        this.counts = new short[source.sensor().samples()];
    }

    /**
     * Takes and writes the shots that are missing.
     *
     * @param folder created if needed
     * @param limits where a capture stops being usable
     * @return number of shots taken now
     * @throws CalibrationRefusedException if a capture is of no use; those before it are kept
     * @throws IOException if a capture cannot be taken or written; those before it are kept
     */
    public static int fill(
            CaptureSource source, PatternPlan plan, Path folder, CaptureLimits limits, CaptureProgress progress)
            throws IOException {
        Files.createDirectories(folder);
        CaptureStore store = new CaptureStore(source, plan, folder);
        CaptureCheck check = new CaptureCheck(source.sensor(), plan, limits);
        int taken = 0;
        int shots = plan.shots().size();
        for (int position = 0; position < shots; ) {
            int count = store.isPair(position) ? 2 : 1;
            boolean missing = !store.isThere(position) || !store.isThere(position + count - 1);
            if (missing || check.isReference(position)) {
                short[][] stacks = new short[count][];
                for (int i = 0; i < count; i++) {
                    stacks[i] = missing ? store.take(position + i) : store.load(position + i);
                }
                if (count == 2) {
                    check.pair(position, stacks[0], stacks[1]);
                } else {
                    check.single(position, stacks[0]);
                }
                for (int i = 0; missing && i < count; i++) {
                    store.write(position + i, stacks[i]);
                    taken++;
                }
            }
            position += count;
            progress.at("storing", position, shots, check.quality());
        }
        return taken;
    }

    private boolean isPair(int position) {
        Shot.Kind kind = plan.shots().get(position).kind();
        return kind == Shot.Kind.LEFT || kind == Shot.Kind.RIGHT;
    }

    private Path file(int position) {
        return folder.resolve(plan.shots().get(position).name(position) + ".npy");
    }

    private boolean isThere(int position) {
        return Files.isRegularFile(file(position));
    }

    private short[] take(int position) throws IOException {
        short[] stack = new short[source.frames() * counts.length];
        for (int frame = 0; frame < source.frames(); frame++) {
            source.read(plan.shots().get(position), position, frame, counts);
            System.arraycopy(counts, 0, stack, frame * counts.length, counts.length);
        }
        return stack;
    }

    private void write(int position, short[] stack) throws IOException {
        SensorFormat sensor = source.sensor();
        Npy.write(file(position), NpyArray.ofShorts(stack, source.frames(), sensor.height(), sensor.width()));
    }

    private short[] load(int position) throws IOException {
        NpyArray array = Npy.read(file(position));
        if (array.size() != source.frames() * counts.length) {
            throw new IOException(file(position) + ": " + array + ", expected " + source.frames() + " frames of "
                    + source.sensor().height() + " x " + source.sensor().width()
                    + "; go on as it was begun, or use another folder");
        }
        float[] values = array.floats();
        short[] stack = new short[values.length];
        for (int i = 0; i < stack.length; i++) {
            stack[i] = (short) values[i];
        }
        return stack;
    }
}
