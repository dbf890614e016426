package org.flatgaze.tests.bench.filters;

import java.util.Random;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.roi.Roi;

/** The products that make one region, on random values: for timing only. */
final class Products {

    final String name;
    private final KernelSet kernels = KernelSet.best();
    private final int rows;
    private final int cols;
    private final int height;
    private final int width;
    private final float[] plane;
    private final float[] left;
    private final float[] right;
    private final float[] half;
    private final float[] coefficients;
    private final float[] spreadRows;
    private final float[] spreadColumns;
    private final float[] tall;
    private final float[] region = new float[Roi.ROWS * Roi.COLUMNS];

    /**
     * @param rows of a plane
     * @param cols of a plane
     * @param height coefficients of the region's rows
     * @param width coefficients of its columns
     * @param spread whether coefficients still have to become pixels
     */
    Products(String name, int rows, int cols, int height, int width, boolean spread) {
        this.name = name;
        this.rows = rows;
        this.cols = cols;
        this.height = height;
        this.width = width;
        Random random = new Random(1);
        plane = filled(random, rows * cols);
        left = filled(random, height * rows);
        right = filled(random, cols * width);
        half = new float[height * cols];
        coefficients = new float[height * width];
        spreadRows = spread ? filled(random, Roi.ROWS * height) : null;
        spreadColumns = spread ? filled(random, width * Roi.COLUMNS) : null;
        tall = new float[Roi.ROWS * width];
    }

    private static float[] filled(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    void run() {
        kernels.sgemm(height, cols, rows, left, 0, rows, plane, 0, cols, half, 0, cols);
        kernels.sgemm(height, width, cols, half, 0, cols, right, 0, width, coefficients, 0, width);
        if (spreadRows != null) {
            kernels.sgemm(Roi.ROWS, width, height, spreadRows, 0, height, coefficients, 0, width, tall, 0, width);
            kernels.sgemm(
                    Roi.ROWS,
                    Roi.COLUMNS,
                    width,
                    tall,
                    0,
                    width,
                    spreadColumns,
                    0,
                    Roi.COLUMNS,
                    region,
                    0,
                    Roi.COLUMNS);
        }
    }
}
