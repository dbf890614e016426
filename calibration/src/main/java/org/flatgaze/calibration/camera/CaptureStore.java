package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.flatcam.SensorFormat;

/**
 * Keeps what another source delivers in a folder that {@link CaptureFolder} reads, shot by shot; what is there already is
 * kept, so that a long capture goes on where it was interrupted.
 */
public final class CaptureStore {

    private CaptureStore() {}

    /**
     * Writes the shots that are missing.
     *
     * @param folder created if needed
     * @return number of shots taken now
     * @throws IOException if a capture cannot be taken or written
     */
    public static int fill(CaptureSource source, PatternPlan plan, Path folder, CaptureProgress progress)
            throws IOException {
        Files.createDirectories(folder);
        SensorFormat sensor = source.sensor();
        short[] counts = new short[sensor.samples()];
        int taken = 0;
        int shots = plan.shots().size();
        for (int position = 0; position < shots; position++) {
            Shot shot = plan.shots().get(position);
            Path file = folder.resolve(shot.name(position) + ".npy");
            if (!Files.isRegularFile(file)) {
                short[] stack = new short[source.frames() * counts.length];
                for (int frame = 0; frame < source.frames(); frame++) {
                    source.read(shot, position, frame, counts);
                    System.arraycopy(counts, 0, stack, frame * counts.length, counts.length);
                }
                Npy.write(file, NpyArray.ofShorts(stack, source.frames(), sensor.height(), sensor.width()));
                taken++;
            }
            progress.at("storing", position + 1, shots, Double.NaN);
        }
        return taken;
    }
}
