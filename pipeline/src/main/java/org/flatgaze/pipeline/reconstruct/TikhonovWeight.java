package org.flatgaze.pipeline.reconstruct;

/**
 * The weight {@code W_ij = sL_i sR_j / (sL_i^2 sR_j^2 + lambda)} and its separable approximations.
 *
 * <p>An approximation is judged by the picture it makes, so entry (i, j) counts with the energy expected in coefficient
 * (i, j) of {@code UL^T Y UR}: what a natural scene (1/f amplitude, modelled as a first-order Markov field) sends there plus
 * the noise that lambda stands for. Both are products of a left and a right factor, so the best sum of separable weights
 * is a plain singular value decomposition of the scaled weight.
 */
final class TikhonovWeight {

    /** Correlation of neighbouring scene pixels; natural pictures lie at 0.95..0.99, and the result hardly depends on it. */
    private static final double NEIGHBOUR_CORRELATION = 0.98;

    private TikhonovWeight() {}

    /** The exact weight, rankLeft x rankRight, row-major. */
    static double[] exact(ModelSpectrum spectrum, double lambdaRelative) {
        ThinSvd l = spectrum.left();
        ThinSvd r = spectrum.right();
        double lambda = lambdaRelative * spectrum.lambdaUnit();
        double[] w = new double[l.rank() * r.rank()];
        for (int i = 0; i < l.rank(); i++) {
            for (int j = 0; j < r.rank(); j++) {
                double s = l.s(i) * r.s(j);
                w[i * r.rank() + j] = s / (s * s + lambda);
            }
        }
        return w;
    }

    /** Best sum of separable weights: element [k][0] is over left, [k][1] over right singular values. */
    static double[][][] separable(ModelSpectrum spectrum, double lambdaRelative, int terms) {
        double[] el = amplitude(spectrum.left(), lambdaRelative);
        double[] er = amplitude(spectrum.right(), lambdaRelative);
        double[] scaled = exact(spectrum, lambdaRelative);
        for (int i = 0; i < el.length; i++) {
            for (int j = 0; j < er.length; j++) {
                scaled[i * er.length + j] *= el[i] * er[j];
            }
        }
        ThinSvd svd = ThinSvd.of(scaled, el.length, er.length, 1e-12);
        double[][][] out = new double[Math.min(terms, svd.rank())][2][];
        for (int k = 0; k < out.length; k++) {
            double root = Math.sqrt(svd.s(k));
            out[k][0] = divided(svd.u(k), el, root);
            out[k][1] = divided(svd.v(k), er, root);
        }
        return out;
    }

    /**
     * The single pair of ridge weights {@code g s/(s^2 + alpha s_1^2)} closest to the exact weight.
     *
     * @return alphaLeft, alphaRight, gain g of the pair
     */
    static double[] fitRidges(ModelSpectrum spectrum, double lambdaRelative) {
        double[] w = exact(spectrum, lambdaRelative);
        double[] el = amplitude(spectrum.left(), lambdaRelative);
        double[] er = amplitude(spectrum.right(), lambdaRelative);
        double centreLeft = Math.log(Math.sqrt(lambdaRelative));
        double centreRight = centreLeft;
        double[] best = {Double.POSITIVE_INFINITY, 0, 0, 0};
        // A coarse grid over three decades each way, then ever finer ones about the best: the error has one minimum.
        for (double reach = 7; reach > 0.01; reach /= 3) {
            for (int a = -5; a <= 5; a++) {
                double[] fl = ridge(spectrum.left(), Math.exp(centreLeft + reach * a / 5));
                for (int b = -5; b <= 5; b++) {
                    double[] fr = ridge(spectrum.right(), Math.exp(centreRight + reach * b / 5));
                    double[] found = misfit(w, el, er, fl, fr);
                    if (found[0] < best[0]) {
                        best = new double[] {found[0], centreLeft + reach * a / 5, centreRight + reach * b / 5, found[1]
                        };
                    }
                }
            }
            centreLeft = best[1];
            centreRight = best[2];
        }
        return new double[] {Math.exp(best[1]), Math.exp(best[2]), best[3]};
    }

    /** {@code s/(s^2 + alpha s_1^2)} over the singular values of one side. */
    static double[] ridge(ThinSvd svd, double alphaRelative) {
        double[] f = new double[svd.rank()];
        double alpha = alphaRelative * svd.s(0) * svd.s(0);
        for (int i = 0; i < f.length; i++) {
            f[i] = svd.s(i) / (svd.s(i) * svd.s(i) + alpha);
        }
        return f;
    }

    private static double[] misfit(double[] w, double[] el, double[] er, double[] fl, double[] fr) {
        double ww = 0;
        double wf = 0;
        double ff = 0;
        for (int i = 0; i < el.length; i++) {
            for (int j = 0; j < er.length; j++) {
                double e = el[i] * el[i] * er[j] * er[j];
                double f = fl[i] * fr[j];
                double weight = w[i * er.length + j];
                ww += e * weight * weight;
                wf += e * weight * f;
                ff += e * f * f;
            }
        }
        return new double[] {ww - wf * wf / ff, wf / ff};
    }

    /**
     * Expected amplitude of coefficient i of one side, {@code sqrt(s_i^2 v_i^T K v_i + noise)}, K the covariance of the
     * scene. Lambda is noise over scene power, so each side carries its square root.
     */
    private static double[] amplitude(ThinSvd svd, double lambdaRelative) {
        double noise = Math.sqrt(lambdaRelative) * svd.s(0) * svd.s(0);
        double[] out = new double[svd.rank()];
        for (int k = 0; k < out.length; k++) {
            out[k] = Math.sqrt(svd.s(k) * svd.s(k) * sceneEnergy(svd.v(k)) + noise);
        }
        return out;
    }

    /** {@code v^T K v} for {@code K_ij = rho^|i-j|}, in running sums. */
    private static double sceneEnergy(double[] v) {
        double energy = ThinSvd.dot(v, v);
        double carry = 0;
        for (int i = 1; i < v.length; i++) {
            carry = NEIGHBOUR_CORRELATION * (carry + v[i - 1]);
            energy += 2 * v[i] * carry;
        }
        return energy;
    }

    private static double[] divided(double[] x, double[] by, double factor) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] * factor / by[i];
        }
        return out;
    }
}
