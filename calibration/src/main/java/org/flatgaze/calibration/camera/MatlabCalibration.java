package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Imports the calibration files of published FlatCam rigs: per-colour matrices {@code P1*} (left) and {@code Q1*} (right),
 * usually {@code P1r P1gb P1gr P1b}. The format of this program holds one pair for all colours, so the colours are averaged, each
 * with the sign of the first.
 */
public final class MatlabCalibration {

    private MatlabCalibration() {}

    /**
     * Reads and averages.
     *
     * @param file MAT-file of level 5 ({@code save -v7} and older) or 7.3 ({@code save -v7.3})
     * @param rows rows of a plane as the rig cuts it
     * @param cols columns of a plane
     * @throws IOException if the file cannot be read or holds no such matrices: one line with the remedy
     */
    public static SeparablePair read(Path file, int rows, int cols) throws IOException {
        Map<String, MatFile.Matrix> variables = MatFile.read(file);
        List<MatFile.Matrix> left = new ArrayList<>();
        List<MatFile.Matrix> right = new ArrayList<>();
        variables.forEach((name, matrix) -> {
            if (name.startsWith("P1")) {
                left.add(matrix);
            } else if (name.startsWith("Q1")) {
                right.add(matrix);
            }
        });
        if (left.isEmpty() || left.size() != right.size()) {
            throw new IOException(file + ": " + left.size() + " matrices P1* and " + right.size()
                    + " Q1*, expected as many of either, at least one; real matrices in the file: "
                    + variables.keySet());
        }
        int scene = left.get(0).cols();
        float[] phiLeft = mean(file, left, "P1", rows, scene);
        float[] phiRight = mean(file, right, "Q1", cols, scene);
        Centring.centreColumns(phiLeft, rows, scene);
        Centring.centreColumns(phiRight, cols, scene);
        return new SeparablePair(rows, cols, scene, phiLeft, phiRight);
    }

    private static float[] mean(Path file, List<MatFile.Matrix> matrices, String name, int rows, int scene)
            throws IOException {
        float[] sum = new float[rows * scene];
        double[] first = null;
        for (MatFile.Matrix matrix : matrices) {
            if (matrix.rows() != rows || matrix.cols() != scene) {
                throw new IOException(file + ": " + name + "* is " + matrix.rows() + " x " + matrix.cols()
                        + ", expected " + rows + " x " + scene + "; does the rig description belong to this file?");
            }
            double[] values = matrix.rowMajor();
            first = first == null ? values : first;
            double along = 0;
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IOException(file + ": " + name + "* holds " + values[i] + ", expected finite numbers");
                }
                along += values[i] * first[i];
            }
            double factor = Math.signum(along) / matrices.size();
            for (int i = 0; i < values.length; i++) {
                sum[i] += (float) (factor * values[i]);
            }
        }
        return sum;
    }
}
