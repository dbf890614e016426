package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinSvdTest {

    @ParameterizedTest
    @CsvSource({"1,1,1", "7,3,3", "3,7,3", "40,40,40", "90,33,12", "33,90,12", "200,96,96"})
    void shouldReturnOrthogonalFactorsOfTheMatrixWhenRankIsAnything(int rows, int cols, int rank) {
        double[] a = ofRank(rows, cols, rank);

        ThinSvd svd = ThinSvd.of(a, rows, cols, 1e-10);

        assertEquals(rank, svd.rank());
        for (int p = 0; p < rank; p++) {
            for (int q = 0; q <= p; q++) {
                double expected = p == q ? 1 : 0;
                assertEquals(expected, ThinSvd.dot(svd.u(p), svd.u(q)), 1e-11);
                assertEquals(expected, ThinSvd.dot(svd.v(p), svd.v(q)), 1e-11);
            }
            assertTrue(p == 0 || svd.s(p) <= svd.s(p - 1));
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                double sum = 0;
                for (int k = 0; k < rank; k++) {
                    sum += svd.u(k)[i] * svd.s(k) * svd.v(k)[j];
                }
                assertEquals(a[i * cols + j], sum, 1e-11 * svd.s(0));
            }
        }
    }

    @Test
    void shouldKeepSmallSingularValuesAccurateWhenTheyFallOverTenDecades() {
        // diag(d) times a Householder reflection: the singular values are d exactly.
        int n = 11;
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = Math.pow(10, -i) * ((i == j ? 1 : 0) - 2.0 / n);
            }
        }

        ThinSvd svd = ThinSvd.of(a, n, n, 1e-14);

        for (int i = 0; i < n; i++) {
            assertEquals(1, svd.s(i) / Math.pow(10, -i), 1e-9);
        }
    }

    @Test
    void shouldRefuseWhenMatrixIsZero() {
        assertThrows(IllegalArgumentException.class, () -> ThinSvd.of(new double[6], 2, 3, 1e-9));
    }

    private static double[] ofRank(int rows, int cols, int rank) {
        SplittableRandom random = new SplittableRandom(31L * rows + cols);
        double[] a = new double[rows * cols];
        for (int k = 0; k < rank; k++) {
            double[] x = random.doubles(rows, -1, 1).toArray();
            double[] y = random.doubles(cols, -1, 1).toArray();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    a[i * cols + j] += x[i] * y[j] / (1 + k);
                }
            }
        }
        return a;
    }
}
