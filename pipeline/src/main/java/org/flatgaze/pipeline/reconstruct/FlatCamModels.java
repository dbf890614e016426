package org.flatgaze.pipeline.reconstruct;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where models come from and go to. */
public final class FlatCamModels {

    private FlatCamModels() {}

    /**
     * Loads a calibration: a file written by {@link #save}, or a folder with {@code rig.json} and the kernels it names.
     *
     * @throws IOException if it is missing, damaged, of another version or does not fit its sensor: one line that names
     *     the file, what is wrong and what to do
     */
    public static FlatCamModel load(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return RigFolder.load(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException(
                    path + ": no such calibration; give a .npz calibration file or a folder with rig.json");
        }
        return CalibrationFile.load(path);
    }

    /**
     * Writes a calibration file (.npz: NumPy arrays {@code phi_left}, {@code phi_right} and {@code manifest.json}); it
     * appears complete or not at all.
     *
     * @throws IOException if it cannot be written
     */
    public static void save(FlatCamModel model, Path path) throws IOException {
        CalibrationFile.save(model, path);
    }
}
