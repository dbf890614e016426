/** The YAML file of {@code flatgaze run}: read strictly, checked once, kept as records. */
package org.flatgaze.runtime.config;
