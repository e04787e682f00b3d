{{- define "pawl.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "pawl.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "pawl.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pawl.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "pawl.image" -}}
image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "pawl.env" -}}
- { name: PAWL_RELEASE, value: {{ .Values.image.tag | quote }} }
{{- with .Values.environment }}
- { name: PAWL_ENVIRONMENT, value: {{ . | quote }} }
{{- end }}
- { name: TEMPORAL_ADDRESS, value: {{ .Values.temporal.address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ .Values.temporal.namespace | quote }} }
{{- with .Values.temporal.uiUrl }}
- { name: TEMPORAL_UI_URL, value: {{ . | quote }} }
{{- end }}
{{- if .Values.temporal.tlsSecret }}
- { name: TEMPORAL_TLS, value: 'true' }
- { name: TEMPORAL_TLS_CLIENT_CERT_PATH, value: /var/run/temporal-tls/tls.crt }
- { name: TEMPORAL_TLS_CLIENT_KEY_PATH, value: /var/run/temporal-tls/tls.key }
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Secrets as variables: (list root names) */ -}}
{{- define "pawl.envFrom" -}}
{{- $root := index . 0 -}}
{{- $names := concat (index . 1) (compact (list $root.Values.temporal.secret $root.Values.secrets.codec)) -}}
{{- if $names }}
envFrom:
{{- range $names }}
  - secretRef: { name: {{ . }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "pawl.mounts" -}}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
{{- if .Values.temporal.tlsSecret }}
  - { name: temporal-tls, mountPath: /var/run/temporal-tls, readOnly: true }
{{- end }}
{{- end }}

{{- define "pawl.volumes" -}}
volumes:
  - { name: tmp, emptyDir: {} }
{{- if .Values.temporal.tlsSecret }}
  - { name: temporal-tls, secret: { secretName: {{ .Values.temporal.tlsSecret }} } }
{{- end }}
{{- end }}

{{- /*
An init container for a service that needs the schema of an image: it waits until every migration in it is applied. It takes no lock, reads
only, and needs neither Temporal nor the worker's Secret.
(dict "image" "registry/orders-migrations:1.0.0" "target" "orders" "secret" "orders-database-readonly" "environment" "production" "timeout" "1h")
*/ -}}
{{- define "pawl.awaitContainer" -}}
- name: await-schema
  image: {{ .image }}
  args: [await{{ with .target }}, {{ . }}{{ end }}, --timeout, {{ .timeout | default "1h" }}]
  {{- with .environment }}
  env: [{ name: PAWL_ENVIRONMENT, value: {{ . | quote }} }]
  {{- end }}
  envFrom: [{ secretRef: { name: {{ .secret }} } }]
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: { drop: [ALL] }
  resources:
    requests: { cpu: 10m, memory: 64Mi }
    limits: { memory: 256Mi }
{{- end }}
