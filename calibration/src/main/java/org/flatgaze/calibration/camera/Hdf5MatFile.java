package org.flatgaze.calibration.camera;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the real numeric matrices of a MATLAB 7.3 MAT-file: HDF5 behind a header of 512 bytes, every variable a data set with
 * the attribute {@code MATLAB_class}, every structure a group of such. MATLAB stores columns first and HDF5 names the
 * slowest extent first, so a matrix of rows x cols is a data set of cols x rows.
 */
final class Hdf5MatFile {

    private static final Set<String> NUMERIC =
            Set.of("double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32");

    private final Path file;
    private final Map<String, MatFile.Matrix> found = new LinkedHashMap<>();

    private Hdf5MatFile(Path file) {
        this.file = file;
    }

    /** All real numeric matrices by name; a structure's members under their own name. */
    static Map<String, MatFile.Matrix> read(Path path) throws IOException {
        Hdf5MatFile reader = new Hdf5MatFile(path);
        try (HdfFile hdf = new HdfFile(path)) {
            reader.variables(hdf, true);
        } catch (RuntimeException e) {
            // Which exceptions damage makes of the library's own and of others, it does not say.
            throw new IOException(path + ": truncated or damaged MAT-file of level 7.3", e);
        }
        return reader.found;
    }

    private void variables(Group group, boolean intoStructures) throws IOException {
        for (Map.Entry<String, Node> entry : group.getChildren().entrySet()) {
            switch (entry.getValue()) {
                case Dataset data when isMatrix(data) -> found.put(entry.getKey(), matrix(entry.getKey(), data));
                case Group inner when intoStructures && "struct".equals(matlabClass(inner)) -> variables(inner, false);
                default -> {}
            }
        }
    }

    private static boolean isMatrix(Dataset data) {
        return data.getDimensions().length == 2
                && !data.isCompound()
                && NUMERIC.contains(matlabClass(data))
                && data.getAttribute("MATLAB_empty") == null;
    }

    private static String matlabClass(Node node) {
        Attribute attribute = node.getAttribute("MATLAB_class");
        return attribute == null ? "" : String.valueOf(attribute.getData());
    }

    private MatFile.Matrix matrix(String name, Dataset data) throws IOException {
        int cols = data.getDimensions()[0];
        int rows = data.getDimensions()[1];
        long count = (long) rows * cols;
        if (count * Double.BYTES > MatFile.LARGEST_BYTES) {
            throw new IOException(file + ": variable " + name + " is larger than " + MatFile.LARGEST_BYTES + " bytes");
        }
        Object numbers = data.getDataFlat();
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = Array.getDouble(numbers, i);
        }
        return new MatFile.Matrix(rows, cols, values);
    }
}
