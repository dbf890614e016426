/** The head auto-encoder of ViTCoD: fitted in closed form, run, and folded into the projections before it. */
package org.flatgaze.accel.vitcod.encoder;
